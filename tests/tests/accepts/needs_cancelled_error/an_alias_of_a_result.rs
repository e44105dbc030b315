use rejoin::prelude::*;
use std::time::Duration;

pub type Answer = Result<u32, Cancelled>;

#[scoped(timeout = Duration::from_secs(1), name = "check")]
pub async fn check() -> Answer {
    Ok(1)
}
