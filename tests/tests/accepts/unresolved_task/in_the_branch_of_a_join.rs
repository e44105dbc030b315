use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let waiting = async { 2 };
    let n = waiting.await;
    n + task.await
}
