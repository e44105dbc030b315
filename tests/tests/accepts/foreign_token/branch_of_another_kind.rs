use rejoin::prelude::*;
use tokio::sync::Notify;

#[scoped]
pub async fn check(changed: &Notify) -> u32 {
    tokio::select! {
        () = changed.notified() => 1,
        () = tokio::task::yield_now() => 2,
    }
}
