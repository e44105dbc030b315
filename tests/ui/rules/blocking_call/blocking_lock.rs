use rejoin::prelude::*;

use tokio::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>) -> u32 {
    *count.blocking_lock()
}

fn main() {}
