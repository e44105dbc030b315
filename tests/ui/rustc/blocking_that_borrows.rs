use rejoin::prelude::*;

#[scoped]
async fn check() -> usize {
    let numbers = vec![1, 2, 3];
    let task = spawn_blocking!(|| numbers.len());
    task.await
}

fn main() {}
