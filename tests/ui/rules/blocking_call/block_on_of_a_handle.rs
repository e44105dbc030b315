use rejoin::prelude::*;

use tokio::runtime::Handle;

#[scoped]
async fn check(handle: Handle) -> u32 {
    handle.block_on(async { 1 })
}

fn main() {}
