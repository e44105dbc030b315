use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!();
    task.await
}

fn main() {}
