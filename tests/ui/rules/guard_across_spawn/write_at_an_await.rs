use rejoin::prelude::*;

use std::sync::RwLock;

#[scoped]
async fn check(names: &RwLock<Vec<String>>) {
    let mut guard = names.write().expect("not poisoned");
    tokio::task::yield_now().await;
    guard.clear();
}

fn main() {}
