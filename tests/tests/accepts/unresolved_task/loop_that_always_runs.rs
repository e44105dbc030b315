use rejoin::prelude::*;

#[scoped]
pub async fn check(ready: fn() -> bool) -> u32 {
    let task = spawn!(async { 1 });
    loop {
        if ready() {
            break task.await;
        }
        tokio::task::yield_now().await;
    }
}
