use rejoin::prelude::*;

use tokio_util::sync::CancellationToken;

#[scoped]
async fn check(token: CancellationToken) {
    tokio::select! {
        () = token.cancelled() => println!("stopped"),
        () = tokio::task::yield_now() => println!("done"),
    }
}

fn main() {}
