//! What takes notices waits for the end under the lock that is needed to add one.

use std::sync::Mutex;

use rejoin::prelude::*;
use tokio::sync::Notify;

#[scoped]
async fn take(waiting: &Mutex<Vec<u32>>, stop: &Notify) -> Vec<u32> {
    let mut notices = waiting.lock().expect("no panic under the lock");
    loop {
        if let Some(notice) = notices.pop() {
            println!("{notice}");
        } else {
            stop.notified().await;
            return std::mem::take(&mut *notices);
        }
    }
}

fn main() {}
