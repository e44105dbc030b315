use rejoin::prelude::*;

#[scoped(local, local)]
async fn check() {}

fn main() {}
