//! The loop that keeps a connection alive sleeps, under the lock of its streams, until there is one;
//! a new stream is added under that lock.

use std::sync::Mutex;

use rejoin::prelude::*;
use tokio::sync::Notify;

#[scoped]
async fn keep_alive(streams: &Mutex<Vec<u32>>, awake: &Notify) {
    let active = streams.lock().unwrap();
    if active.is_empty() {
        awake.notified().await;
    }
}

fn main() {}
