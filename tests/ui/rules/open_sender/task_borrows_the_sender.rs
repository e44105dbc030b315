use rejoin::prelude::*;

use tokio::sync::mpsc;

#[scoped]
async fn check() -> u32 {
    let (tx, mut rx) = mpsc::channel(1);
    let producer = spawn!(async { tx.send(1).await.is_ok() });
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    producer.await;
    sum
}

fn main() {}
