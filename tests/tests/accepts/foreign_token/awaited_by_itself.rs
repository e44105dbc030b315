use rejoin::prelude::*;
use tokio_util::sync::CancellationToken;

#[scoped]
pub async fn check(token: &CancellationToken) {
    token.cancelled().await;
}
