use rejoin::prelude::*;

#[scoped(allow(blocking_calls, reason = "it is short"))]
async fn check() {}

fn main() {}
