use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
pub async fn check() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let producer = spawn!(async { tx.send(1).await.is_ok() });
    let first = rx.recv().await.unwrap_or_default();
    producer.await;
    first
}
