use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() -> bool {
    let waits = async { tokio::task::yield_now().await };
    let first = tokio::time::timeout(Duration::from_secs(1), waits).await;
    first.is_ok()
        && tokio::time::timeout(Duration::from_secs(1), async { std::future::ready(()).await }).await.is_ok()
}
