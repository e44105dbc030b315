use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check() {
    let task = spawn!(async { std::thread::sleep(Duration::from_secs(1)) });
    task.await
}

fn main() {}
