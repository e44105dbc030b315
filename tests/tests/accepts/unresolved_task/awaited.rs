use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    task.await
}
