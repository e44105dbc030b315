use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn fetch() -> u32 {
    1
}

#[scoped]
pub async fn check() -> u32 {
    let first = fetch().timeout(Duration::from_secs(1)).await.unwrap_or_default();
    let second = scope!(fetch()).timeout(Duration::from_secs(1)).await.unwrap_or_default();
    first + second + fetch().timeout_or(Duration::from_secs(1), |_| 0).await
}
