use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let Some(task) = spawn!(async { 1 }) else { return 2 };
    task.await
}

fn main() {}
