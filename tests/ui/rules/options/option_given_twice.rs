use rejoin::prelude::*;

#[scoped(name = "check", name = "test")]
async fn check() {}

fn main() {}
