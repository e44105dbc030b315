use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check() {
    std::thread::sleep(Duration::from_secs(1));
}

fn main() {}
