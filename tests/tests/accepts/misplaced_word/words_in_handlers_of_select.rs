use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    tokio::select! {
        () = tokio::task::yield_now() => {
            let task = spawn!(async { 1 });
            task.await
        }
        n = std::future::ready(2) => {
            let task = spawn!(async move { n });
            task.cancel();
            3
        }
    }
}
