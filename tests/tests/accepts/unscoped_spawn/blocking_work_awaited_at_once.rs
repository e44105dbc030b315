use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    tokio::task::spawn_blocking(|| 1).await.unwrap_or_default()
}
