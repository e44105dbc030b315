//! A handler says, under a lock, that it is done; who would take the word waits for the lock first.

use std::sync::Mutex;

use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
async fn handle(seen: &Mutex<u32>, done: &mpsc::Sender<u32>) {
    let mut count = seen.lock().unwrap();
    *count += 1;
    let _ = done.send(*count).await;
}

fn main() {}
