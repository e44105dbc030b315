use rejoin::prelude::*;

#[scoped(deadline = 5)]
async fn check() {}

fn main() {}
