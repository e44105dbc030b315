use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task;
    task = spawn!(async { 1 });
    task.await
}

fn main() {}
