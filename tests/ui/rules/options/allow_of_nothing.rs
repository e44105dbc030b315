use rejoin::prelude::*;

#[scoped(allow())]
async fn check() {}

fn main() {}
