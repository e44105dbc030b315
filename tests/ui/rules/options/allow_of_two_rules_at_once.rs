use rejoin::prelude::*;

#[scoped(allow(blocking_call, endless_loop, reason = "it is short"))]
async fn check() {}

fn main() {}
