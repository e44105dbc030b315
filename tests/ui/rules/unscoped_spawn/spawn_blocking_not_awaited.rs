use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let handle = tokio::task::spawn_blocking(|| 1);
    handle.await.unwrap()
}

fn main() {}
