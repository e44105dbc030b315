use rejoin::prelude::*;

#[scoped]
#[tokio::main]
async fn check() {}

fn main() {}
