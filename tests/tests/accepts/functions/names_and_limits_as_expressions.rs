use rejoin::prelude::*;
use std::time::Duration;

pub const LIMIT: Duration = Duration::from_secs(1);

#[scoped(name = format!("check {id}"), timeout = LIMIT + Duration::from_millis(id))]
pub async fn check(id: u64) -> Result<u64, Cancelled> {
    Ok(id)
}

#[scoped(timeout = LIMIT, name = "trailing comma",)]
pub async fn other() -> Result<u32, Cancelled> {
    Ok(1)
}

#[scoped()]
pub async fn nothing() {}
