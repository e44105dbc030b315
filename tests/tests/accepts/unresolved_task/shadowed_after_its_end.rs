use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let task = task.await;
    let n = task;
    let task = spawn!(async move { n });
    task.await
}
