use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(label = "first", async { 1 });
    task.await
}

fn main() {}
