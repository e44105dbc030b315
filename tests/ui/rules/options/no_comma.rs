use rejoin::prelude::*;

#[scoped(local name = "check")]
async fn check() {}

fn main() {}
