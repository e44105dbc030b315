//! S3: a temporary ends with the statement, the task does not.
use rejoin::prelude::*;

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

#[scoped]
async fn body() -> usize {
    let task = spawn!(watch(&vec![1]));
    task.await
}

fn main() {}
