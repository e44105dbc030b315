use rejoin::prelude::*;

use std::time::Duration;

#[scoped(timeout = Duration::from_secs(1))]
async fn check() -> Option<u32> {
    Some(1)
}

fn main() {}
