use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() -> bool {
    tokio::task::spawn_blocking(|| std::thread::sleep(Duration::ZERO)).await.is_ok()
}
