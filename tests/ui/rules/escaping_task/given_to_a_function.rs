use rejoin::prelude::*;

#[scoped]
async fn wait(task: Task<'_, u32>) -> u32 {
    task.await
}

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 });
    wait(task).await
}

fn main() {}
