use rejoin::prelude::*;

use tokio::time::Instant;

#[scoped]
async fn check(list: &[u32], at: Instant) -> Option<u32> {
    scope!(async { list.iter().sum() }).deadline(at).await.ok()
}

fn main() {}
