use rejoin::prelude::*;

#[scoped]
pub async fn check() -> Option<u32> {
    let task = spawn!(async { 1 });
    task.stop().await
}
