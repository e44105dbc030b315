use rejoin::prelude::*;

use std::sync::RwLock;

#[scoped]
async fn check(names: &RwLock<Vec<String>>) -> usize {
    let guard = names.read().unwrap();
    tokio::task::yield_now().await;
    guard.len()
}

fn main() {}
