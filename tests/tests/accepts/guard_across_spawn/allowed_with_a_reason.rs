use rejoin::prelude::*;
use std::sync::Mutex;

#[scoped(allow(guard_across_spawn, reason = "nobody else has this one yet"))]
pub async fn check() -> u32 {
    let count = Mutex::new(1);
    let guard = count.lock().unwrap();
    let task = spawn!(async { 1 });
    let value = *guard;
    drop(guard);
    task.await + value
}
