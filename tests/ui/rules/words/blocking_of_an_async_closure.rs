use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn_blocking!(async |_cancel| 1);
    task.await
}

fn main() {}
