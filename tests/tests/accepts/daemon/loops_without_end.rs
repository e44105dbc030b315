use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() {
    daemon!(async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
    daemon!(async {
        let mut ticks = tokio::time::interval(Duration::from_secs(1));
        loop {
            ticks.tick().await;
            println!("tick");
        }
    });
    tokio::task::yield_now().await;
}
