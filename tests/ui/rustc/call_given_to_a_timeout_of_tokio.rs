use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn fetch() -> u32 {
    1
}

#[scoped]
async fn check() -> Option<u32> {
    tokio::time::timeout(Duration::from_secs(1), fetch()).await.ok()
}

fn main() {}
