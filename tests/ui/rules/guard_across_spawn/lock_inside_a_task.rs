use rejoin::prelude::*;

use std::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>) {
    let task = spawn!(async {
        let guard = count.lock().unwrap();
        tokio::task::yield_now().await;
        drop(guard);
    });
    task.await
}

fn main() {}
