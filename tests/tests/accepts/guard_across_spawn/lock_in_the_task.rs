use rejoin::prelude::*;
use std::sync::Mutex;

#[scoped]
pub async fn check(count: &Mutex<u32>) {
    let task = spawn!(async {
        let mut guard = count.lock().unwrap();
        *guard += 1;
    });
    task.await;
    let guard = count.lock().unwrap();
    println!("{guard}");
}
