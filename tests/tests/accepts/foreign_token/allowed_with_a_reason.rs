use rejoin::prelude::*;
use tokio_util::sync::CancellationToken;

#[scoped(allow(foreign_token, reason = "this one means that another service is gone"))]
pub async fn check(token: &CancellationToken) -> u32 {
    tokio::select! {
        () = token.cancelled() => 1,
        () = tokio::task::yield_now() => 2,
    }
}
