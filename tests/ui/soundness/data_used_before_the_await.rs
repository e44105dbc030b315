//! S3: what a task changes is not there before its end.
use rejoin::prelude::*;

#[scoped]
async fn body() -> usize {
    let mut data = vec![1];
    let task = spawn!(async { data.push(2) });
    data.push(3);
    task.await;
    data.len()
}

fn main() {}
