use rejoin::prelude::*;

use std::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>) {
    let guard = count.lock().unwrap();
    let group = task_group!();
    group.spawn(async {});
    drop(guard);
    group.join_all().await;
}

fn main() {}
