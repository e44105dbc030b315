use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn fetch() -> Result<u32, std::num::ParseIntError> {
    "1".parse()
}

#[scoped]
async fn check() -> Result<u32, std::num::ParseIntError> {
    fetch().try_timeout(Duration::from_secs(1)).await
}

fn main() {}
