use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let add = async |n: u32| {
        tokio::task::yield_now().await;
        n + 1
    };
    let task = spawn!(async { 1 });
    add(1).await + add(task.await).await
}
