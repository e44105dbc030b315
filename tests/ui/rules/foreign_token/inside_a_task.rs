use rejoin::prelude::*;

use tokio_util::sync::CancellationToken;

#[scoped]
async fn check(token: CancellationToken) {
    let task = spawn!(async {
        tokio::select! {
            _ = token.cancelled() => {}
            () = tokio::task::yield_now() => {}
        }
    });
    task.await
}

fn main() {}
