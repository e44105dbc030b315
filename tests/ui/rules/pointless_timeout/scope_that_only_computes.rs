use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check(list: &[u32]) -> Option<u32> {
    scope!(async { list.iter().sum() }).timeout(Duration::from_secs(1)).await.ok()
}

fn main() {}
