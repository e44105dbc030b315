use rejoin::prelude::*;

use tokio::sync::mpsc;

#[scoped]
async fn check() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let producer = spawn!(async { tx.send(1).is_ok() });
    while let Some(n) = rx.recv().await {
        println!("{n}");
    }
    producer.await;
}

fn main() {}
