use rejoin::prelude::*;

#[scoped]
async fn check() -> usize {
    let tasks = vec![spawn!(async { 1 })];
    tasks.len()
}

fn main() {}
