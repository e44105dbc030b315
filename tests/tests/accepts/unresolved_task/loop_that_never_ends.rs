use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    let _task = spawn!(async { 1 });
    loop {
        tokio::task::yield_now().await;
    }
}
