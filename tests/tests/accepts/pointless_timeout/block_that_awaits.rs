use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() -> bool {
    let call = scope!(async { tokio::task::yield_now().await });
    let named = scope!(async { tokio::task::yield_now().await }).named("named");
    call.timeout(Duration::from_secs(1)).await.is_ok() && named.timeout(Duration::from_secs(1)).await.is_ok()
}
