use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let task = spawn!(async { 2 });
    task.await
}

fn main() {}
