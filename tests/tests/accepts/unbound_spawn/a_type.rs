use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task: Task<'_, u32> = spawn!(async { 1 });
    task.await
}
