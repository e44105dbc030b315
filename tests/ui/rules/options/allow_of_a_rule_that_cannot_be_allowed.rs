use rejoin::prelude::*;

#[scoped(allow(hidden_exit, reason = "I know"))]
async fn check() {}

fn main() {}
