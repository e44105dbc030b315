use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let later = async { tokio::task::yield_now().await };
    let yields = || tokio::task::yield_now();
    tokio::select! {
        () = later => {}
        () = tokio::task::yield_now() => {}
    }
    yields().await;
    task.await
}
