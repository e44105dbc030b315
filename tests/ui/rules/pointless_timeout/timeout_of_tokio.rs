use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check(list: &[u32]) -> Option<u32> {
    tokio::time::timeout(Duration::from_secs(1), async { list.iter().sum() }).await.ok()
}

fn main() {}
