use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    tokio::select! {
        n = std::future::ready(2) => {
            let task = spawn!(async move { n });
            task.cancel();
            3
        }
    }
}
