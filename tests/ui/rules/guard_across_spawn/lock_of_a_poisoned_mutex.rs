use rejoin::prelude::*;

use std::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>) {
    let mut guard = count.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    tokio::task::yield_now().await;
    *guard += 1;
}

fn main() {}
