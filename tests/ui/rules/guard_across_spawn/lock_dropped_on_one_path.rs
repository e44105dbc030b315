use rejoin::prelude::*;

use std::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>, short: bool) {
    let guard = count.lock().unwrap();
    if short {
        drop(guard);
    }
    tokio::task::yield_now().await;
}

fn main() {}
