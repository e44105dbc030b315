use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    std::thread::sleep(Duration::from_secs(1));
    tokio::spawn(async {});
}

fn main() {}
