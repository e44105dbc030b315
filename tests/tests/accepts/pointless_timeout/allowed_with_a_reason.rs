use rejoin::prelude::*;
use std::time::Duration;

#[scoped(allow(pointless_timeout, reason = "the type is what the caller wants"))]
pub async fn check() -> Option<u32> {
    scope!(async { 1 }).timeout(Duration::from_secs(1)).await.ok()
}
