use rejoin::prelude::*;
use std::sync::Mutex;

#[scoped]
pub async fn check(count: &Mutex<u32>, short: bool) -> u32 {
    if short {
        let guard = count.lock().unwrap();
        return *guard;
    }
    tokio::task::yield_now().await;
    match count.lock() {
        Ok(guard) => *guard,
        Err(_) => 0,
    }
}
