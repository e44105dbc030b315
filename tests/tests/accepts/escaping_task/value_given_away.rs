use rejoin::prelude::*;

#[scoped]
pub async fn double(n: u32) -> u32 {
    n * 2
}

#[scoped]
pub async fn check() -> Vec<u32> {
    let first = spawn!(async { 1 });
    let second = spawn!(async { 2 });
    let mut list = vec![double(first.await).await];
    list.push(second.await);
    list
}
