use rejoin::prelude::*;

use tokio_util::sync::CancellationToken;

struct Worker {
    stop: CancellationToken,
}

impl Worker {
    #[scoped]
    async fn run(&self) {
        loop {
            tokio::select! {
                _ = self.stop.cancelled() => break,
                () = tokio::task::yield_now() => {}
            }
        }
    }
}

fn main() {}
