use rejoin::prelude::*;

#[scoped]
pub async fn double(n: u32) -> u32 {
    n * 2
}

#[scoped]
pub async fn check() -> u32 {
    double(spawn!(async { 1 }).await).await
}
