use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    tokio::time::timeout(std::time::Duration::from_secs(1), async {
        let task = spawn!(async { 1 });
        task.await
    })
    .await
    .unwrap_or_default()
}

fn main() {}
