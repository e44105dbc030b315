use rejoin::prelude::*;

use tokio::select;
use tokio_util::sync::CancellationToken;

#[scoped]
async fn check(token: CancellationToken) -> u32 {
    select! {
        biased;
        _ = token.cancelled() => 0,
        n = std::future::ready(1) => n,
    }
}

fn main() {}
