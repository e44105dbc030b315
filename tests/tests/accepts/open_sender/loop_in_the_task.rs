use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
pub async fn check() -> bool {
    let (tx, mut rx) = mpsc::channel::<u32>(4);
    daemon!(async {
        while let Some(n) = rx.recv().await {
            println!("{n}");
        }
    });
    tx.send(1).await.is_ok()
}
