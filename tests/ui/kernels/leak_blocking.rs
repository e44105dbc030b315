//! A task that never looks at cancellation because it does not await.

use rejoin::prelude::*;

#[scoped]
async fn poll(mut file: impl FnMut() -> bool + Send) {
    while !file() {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

fn main() {}
