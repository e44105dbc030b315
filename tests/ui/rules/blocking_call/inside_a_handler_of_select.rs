use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check() {
    tokio::select! {
        () = tokio::task::yield_now() => std::thread::sleep(Duration::from_secs(1)),
    }
}

fn main() {}
