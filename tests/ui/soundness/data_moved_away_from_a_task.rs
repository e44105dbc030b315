//! S3: what a task borrows cannot be moved.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let data = vec![1];
    let task = spawn!(async { assert_eq!(data.len(), 1) });
    drop(data);
    task.await;
}

fn main() {}
