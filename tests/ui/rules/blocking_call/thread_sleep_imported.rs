use rejoin::prelude::*;

use std::{thread, time::Duration};

#[scoped]
async fn check() {
    thread::sleep(Duration::from_secs(1));
}

fn main() {}
