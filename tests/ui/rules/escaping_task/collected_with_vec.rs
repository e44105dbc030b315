use rejoin::prelude::*;

#[scoped]
async fn check() {
    let first = spawn!(async { 1 });
    let tasks = vec![first];
    drop(tasks);
}

fn main() {}
