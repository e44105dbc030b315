//! Beginning a transaction starts something that waits for the end of it, which never comes if nobody
//! commits or rolls back.

use rejoin::prelude::*;
use tokio::sync::Notify;

struct Transaction;

#[scoped]
async fn begin(ended: &Notify) -> Transaction {
    let watching = spawn!(async { ended.notified().await });
    tokio::task::yield_now().await;
    Transaction
}

fn main() {}
