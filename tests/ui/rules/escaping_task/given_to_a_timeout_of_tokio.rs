use rejoin::prelude::*;

#[scoped]
async fn check() -> Option<u32> {
    let task = spawn!(async { 1 });
    tokio::time::timeout(std::time::Duration::from_secs(1), task).await.ok()
}

fn main() {}
