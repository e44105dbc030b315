use rejoin::prelude::*;

#[scoped]
async fn check() {
    loop {
        let _later = || async { tokio::task::yield_now().await };
    }
}

fn main() {}
