use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn_blocking!(|| 1, || 2);
    task.await
}

fn main() {}
