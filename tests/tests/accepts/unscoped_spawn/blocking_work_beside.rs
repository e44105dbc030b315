use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { tokio::task::spawn_blocking(|| 1).await.unwrap_or_default() });
    task.await
}
