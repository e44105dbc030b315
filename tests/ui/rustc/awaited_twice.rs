use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 });
    task.await + task.await
}

fn main() {}
