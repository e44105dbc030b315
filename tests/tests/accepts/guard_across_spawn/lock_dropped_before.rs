use rejoin::prelude::*;
use std::sync::Mutex;

#[scoped]
pub async fn check(count: &Mutex<u32>) -> u32 {
    let mut guard = count.lock().unwrap();
    *guard += 1;
    drop(guard);
    tokio::task::yield_now().await;
    let value = *count.lock().unwrap();
    tokio::task::yield_now().await;
    value
}
