use rejoin::prelude::*;
use std::time::Duration;

#[scoped(timeout = Duration::from_secs(1))]
pub async fn check() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok("1".parse()?)
}

#[scoped(timeout = Duration::from_secs(1))]
pub async fn other() -> anyhow::Result<u32> {
    Ok("1".parse()?)
}
