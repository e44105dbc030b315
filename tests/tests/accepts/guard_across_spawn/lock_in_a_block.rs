use rejoin::prelude::*;
use std::sync::Mutex;

#[scoped]
pub async fn check(count: &Mutex<u32>) -> u32 {
    {
        let mut guard = count.lock().unwrap();
        *guard += 1;
    }
    let task = spawn!(async { 1 });
    task.await
}
