use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check() -> Option<u32> {
    let task = spawn!(async { 1 });
    tokio::time::timeout(Duration::from_secs(1), task).await.ok()
}

fn main() {}
