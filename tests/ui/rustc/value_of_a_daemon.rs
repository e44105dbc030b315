use rejoin::prelude::*;

#[scoped]
async fn check() {
    daemon!(async { 5 });
    tokio::task::yield_now().await;
}

fn main() {}
