use rejoin::prelude::*;

use std::time::Duration;

#[scoped(timeout = Duration::from_secs(1))]
async fn check() -> u32 {
    1
}

fn main() {}
