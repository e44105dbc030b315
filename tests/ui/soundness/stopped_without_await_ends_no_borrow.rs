//! S5, F2: `stop` ends the borrow only together with its await.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let mut data = vec![1];
    let task = spawn!(async { data.push(2) });
    std::mem::forget(task.stop());
    data.push(3);
}

fn main() {}
