use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn_blocking!(|| async { 1 }.await);
    task.await
}

fn main() {}
