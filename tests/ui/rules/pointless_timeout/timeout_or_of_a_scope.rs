use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check(list: &[u32]) -> u32 {
    scope!(async { list.iter().sum() }).timeout_or(Duration::from_secs(1), |_| 0).await
}

fn main() {}
