use rejoin::prelude::*;

#[scoped]
async fn check(ids: Vec<u32>) -> usize {
    ids.len() +
}

#[scoped]
async fn other() -> usize {
    check(vec![1]).await
}

fn main() {}
