use std::time::Duration;

use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let first = task.shutdown(Duration::from_secs(1)).await;
    let second = task.await;
    first.unwrap_or(second)
}

fn main() {}
