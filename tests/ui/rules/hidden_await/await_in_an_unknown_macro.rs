use rejoin::prelude::*;

#[scoped]
async fn fetch() -> u32 {
    1
}

#[scoped]
async fn check() -> anyhow::Error {
    anyhow::anyhow!("number {}", fetch().await)
}

fn main() {}
