use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}
