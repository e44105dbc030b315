use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn_blocking!();
    task.await;
}

fn main() {}
