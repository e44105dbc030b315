//! S5: inside another block a task is a handle, which owns nothing.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let mut data = vec![1];
    let task = spawn!(async { data.push(2) });
    let other = spawn!(async { task.await });
    other.await;
    data.push(3);
}

fn main() {}
