use rejoin::prelude::*;
use tokio::sync::{Mutex, RwLock};

#[scoped]
pub async fn check(count: &Mutex<u32>, names: &RwLock<Vec<String>>) -> usize {
    let mut guard = count.lock().await;
    tokio::task::yield_now().await;
    *guard += 1;
    let names = names.read().await;
    tokio::task::yield_now().await;
    names.len()
}
