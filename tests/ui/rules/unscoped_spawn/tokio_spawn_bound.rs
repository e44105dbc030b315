use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let handle = tokio::spawn(async { 1 });
    handle.await.unwrap()
}

fn main() {}
