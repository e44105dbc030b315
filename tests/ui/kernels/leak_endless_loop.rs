//! A loop that neither ends nor waits.

use std::sync::atomic::AtomicU32;

use rejoin::prelude::*;

#[scoped]
async fn count(ticks: &AtomicU32) {
    loop {
        ticks.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }
}

fn main() {}
