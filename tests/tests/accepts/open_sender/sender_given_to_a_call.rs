use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
pub async fn produce(tx: mpsc::Sender<u32>) {
    let _ = tx.send(1).await;
}

#[scoped]
pub async fn check() -> u32 {
    let (tx, mut rx) = mpsc::channel(1);
    let producer = spawn!(produce(tx));
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    producer.await;
    sum
}
