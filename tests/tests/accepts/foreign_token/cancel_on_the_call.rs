use rejoin::prelude::*;
use tokio_util::sync::CancellationToken;

#[scoped]
pub async fn fetch() -> u32 {
    1
}

#[scoped]
pub async fn check(token: CancellationToken) -> Option<u32> {
    fetch().cancel_on(&token).await.ok()
}
