use rejoin::prelude::*;

#[scoped]
async fn check() {
    defer!({ 5 });
    tokio::task::yield_now().await;
}

fn main() {}
