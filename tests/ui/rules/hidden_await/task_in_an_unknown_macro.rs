use rejoin::prelude::*;

#[scoped]
async fn check() -> anyhow::Error {
    let task = spawn!(async { 1 });
    anyhow::anyhow!("number {}", task.await)
}

fn main() {}
