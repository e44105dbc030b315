use rejoin::prelude::*;

#[scoped(name)]
async fn check() {}

fn main() {}
