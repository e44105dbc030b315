//! S5, F2: the same for `timeout`.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let mut data = vec![1];
    let task = spawn!(async { data.push(2) });
    std::mem::forget(task.timeout(std::time::Duration::ZERO));
    data.push(3);
}

fn main() {}
