use rejoin::prelude::*;

#[scoped]
async fn check() {
    let first = spawn!(async { 1 });
    let tasks = [first];
    drop(tasks);
}

fn main() {}
