//! S5: a task that was asked to stop still runs.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let mut data = vec![1];
    let task = spawn!(async { data.push(2) });
    task.cancel();
    data.push(3);
}

fn main() {}
