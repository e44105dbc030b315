//! Stopping waits, under a lock, for a task whose last work takes that lock.

use std::sync::Mutex;

use rejoin::prelude::*;

#[scoped]
async fn broadcast(merged: &Mutex<Vec<u32>>) {
    let (update, mut updates) = tokio::sync::mpsc::channel(1);
    let merging = spawn!(async move {
        while let Some(one) = updates.recv().await {
            merged.lock().unwrap().push(one);
        }
    });
    let _ = update.send(1).await;
    let mut all = merged.lock().unwrap();
    drop(update);
    merging.await;
    all.clear();
}

fn main() {}
