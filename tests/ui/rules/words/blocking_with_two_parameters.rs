use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn_blocking!(|cancel, number| number);
    task.await
}

fn main() {}
