use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
async fn check() {
    defer!({ std::thread::sleep(Duration::from_secs(1)) });
}

fn main() {}
