use rejoin::prelude::*;

use std::time::Duration;

#[scoped(timeout = Duration::from_secs(1))]
async fn check() -> Result<u32, std::num::ParseIntError> {
    "1".parse()
}

fn main() {}
