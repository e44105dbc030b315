//! Events are handed to watchers under a lock that a watcher needs to leave; one that is leaving
//! takes no more events.

use std::sync::Mutex;

use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
async fn distribute(watchers: &Mutex<Vec<mpsc::Sender<u32>>>, event: u32) {
    let all = watchers.lock().unwrap();
    for watcher in all.iter() {
        let _ = watcher.send(event).await;
    }
}

fn main() {}
