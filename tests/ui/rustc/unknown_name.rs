use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(fetch(1));
    task.await + missing
}

fn main() {}
