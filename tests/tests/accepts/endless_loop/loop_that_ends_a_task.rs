use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    daemon!(async {
        loop {
            tokio::task::yield_now().await;
        }
    });
    tokio::task::yield_now().await;
}
