use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let first = spawn!(async { 1 });
    let second = spawn!(async { first.await + 1 });
    second.await
}
