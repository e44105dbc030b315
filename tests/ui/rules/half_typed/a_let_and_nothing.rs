use rejoin::prelude::*;

#[scoped]
async fn check(ids: Vec<u32>) -> usize {
    let first =
}

#[scoped]
async fn other() -> usize {
    check(vec![1]).await
}

fn main() {}
