use rejoin::prelude::*;

#[scoped]
async fn wait(task: Task<'_, u32>) -> u32 {
    task.await
}

#[scoped]
async fn check() -> u32 {
    let first = spawn!(async { 1 });
    let second = spawn!(wait(first));
    second.await
}

fn main() {}
