//! S3: data that is declared after the task's block began, and ends before it.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let group = task_group!();
    let data = vec![1];
    group.spawn(async { assert_eq!(data.len(), 1) });
    group.join_all().await;
}

fn main() {}
