//! Each round ends with a wait for the leader, under a lock that the leader takes to end the round.

use std::sync::Mutex;

use rejoin::prelude::*;
use tokio::sync::Barrier;

#[scoped]
async fn rounds(progress: &Mutex<u32>, next: &Barrier) {
    for _ in 0..100 {
        let mut done = progress.lock().unwrap();
        *done += 1;
        next.wait().await;
    }
}

fn main() {}
