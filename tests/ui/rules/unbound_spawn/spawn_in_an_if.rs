use rejoin::prelude::*;

#[scoped]
async fn check(fast: bool) -> u32 {
    let task = if fast { spawn!(async { 1 }) } else { return 2 };
    task.await
}

fn main() {}
