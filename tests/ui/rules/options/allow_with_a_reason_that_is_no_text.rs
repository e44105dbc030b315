use rejoin::prelude::*;

#[scoped(allow(blocking_call, reason = 5))]
async fn check() {}

fn main() {}
