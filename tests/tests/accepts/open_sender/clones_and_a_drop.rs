use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
pub async fn produce(tx: mpsc::Sender<u32>) {
    let _ = tx.send(1).await;
}

#[scoped]
pub async fn check() -> u32 {
    let (tx, mut rx) = mpsc::channel(4);
    let group = task_group!();
    for _ in 0..3 {
        group.spawn(produce(tx.clone()));
    }
    drop(tx);
    let mut sum = 0;
    while let Some(n) = rx.recv().await {
        sum += n;
    }
    group.join_all().await;
    sum
}
