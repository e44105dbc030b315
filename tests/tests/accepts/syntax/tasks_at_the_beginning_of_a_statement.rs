use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> bool {
    let first = spawn!(async { list.to_vec() });
    let second = spawn!(async { 2 });
    let third = spawn!(async { true });
    first.await.push(1);
    spawn!(async { vec![1] }).await.push(2);
    let n = { second.await + 1 };
    third.await && n > 2
}

#[scoped]
pub async fn other() -> u32 {
    spawn!(async { 1 }).await + 1
}
