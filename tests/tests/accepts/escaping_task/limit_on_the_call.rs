use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn fetch() -> u32 {
    1
}

#[scoped]
pub async fn check() -> Option<u32> {
    let task = spawn!(fetch().timeout(Duration::from_secs(1)));
    task.await.ok()
}
