use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    tokio::select! {
        () = tokio::task::yield_now() => task.await,
        n = std::future::ready(2) => {
            task.cancel();
            n
        }
    }
}
