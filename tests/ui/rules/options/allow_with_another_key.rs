use rejoin::prelude::*;

#[scoped(allow(blocking_call, because = "it is short"))]
async fn check() {}

fn main() {}
