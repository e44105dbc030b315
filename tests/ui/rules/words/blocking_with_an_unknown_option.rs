use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn_blocking!(timeout = 5, || 1);
    task.await
}

fn main() {}
