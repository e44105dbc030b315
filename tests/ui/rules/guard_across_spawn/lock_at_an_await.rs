use rejoin::prelude::*;

use std::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>) {
    let mut guard = count.lock().unwrap();
    tokio::task::yield_now().await;
    *guard += 1;
}

fn main() {}
