use rejoin::prelude::*;

#[scoped]
async fn check() {
    let _task = spawn!(async { 1 });
    tokio::task::yield_now().await;
}

fn main() {}
