use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 }, async { 2 });
    task.await
}

fn main() {}
