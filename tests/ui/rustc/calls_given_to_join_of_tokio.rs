use rejoin::prelude::*;

#[scoped]
async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
async fn check() -> u32 {
    let (a, b) = tokio::join!(fetch(1), async { 2 });
    a + b
}

fn main() {}
