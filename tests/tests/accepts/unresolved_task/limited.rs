use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() -> Result<u32, Cancelled> {
    let task = spawn!(async { 1 });
    task.timeout(Duration::from_secs(1)).await
}
