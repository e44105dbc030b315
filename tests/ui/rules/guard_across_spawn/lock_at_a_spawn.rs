use rejoin::prelude::*;

use std::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>) -> u32 {
    let mut guard = count.lock().unwrap();
    let task = spawn!(async { 1 });
    *guard += 1;
    drop(guard);
    task.await
}

fn main() {}
