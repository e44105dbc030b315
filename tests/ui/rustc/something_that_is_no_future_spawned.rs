use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(5);
    task.await
}

fn main() {}
