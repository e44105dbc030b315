use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
pub async fn check() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let producer = spawn!(async { tx.send(1).await.is_ok() });
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
        if sum > 0 {
            break;
        }
    }
    producer.await;
    sum
}
