//! Half-way down the calls somebody starts anew, with no deadline and nobody above.

use rejoin::prelude::*;

#[scoped]
async fn store(report: u32) -> u32 {
    report + 1
}

#[scoped]
async fn handle(report: u32) -> Result<u32, Cancelled> {
    rejoin::block_on(store(report))
}

fn main() {}
