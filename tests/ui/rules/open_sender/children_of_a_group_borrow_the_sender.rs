use rejoin::prelude::*;

use tokio::sync::mpsc;

#[scoped]
async fn check() {
    let (tx, mut rx) = mpsc::unbounded_channel();
    let group = task_group!();
    for n in 0..3 {
        group.spawn(produce(&tx, n));
    }
    while let Some(n) = rx.recv().await {
        println!("{n}");
    }
    group.join_all().await;
}

#[scoped]
async fn produce(tx: &mpsc::UnboundedSender<u32>, n: u32) {
    let _ = tx.send(n);
}

fn main() {}
