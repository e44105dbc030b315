use rejoin::prelude::*;

use tokio::sync::mpsc;

#[scoped]
async fn produce(tx: &mpsc::Sender<u32>) {
    let _ = tx.send(1).await;
}

#[scoped]
async fn check() {
    let (tx, mut rx) = mpsc::channel(1);
    let producer = spawn!(produce(&tx));
    while let Some(n) = rx.recv().await {
        println!("{n}");
    }
    producer.await;
}

fn main() {}
