use rejoin::prelude::*;

use tokio::time::{Instant, timeout_at};

#[scoped]
async fn check(list: &[u32], at: Instant) -> Option<u32> {
    timeout_at(at, async { list.iter().sum() }).await.ok()
}

fn main() {}
