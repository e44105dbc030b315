use rejoin::prelude::*;
use std::time::Duration;

#[scoped(timeout = Duration::from_secs(1))]
pub async fn check() -> Result<u32, Cancelled> {
    Ok(1)
}

#[scoped(timeout = limit)]
pub async fn other(limit: Duration) -> std::io::Result<u32> {
    Ok(1)
}
