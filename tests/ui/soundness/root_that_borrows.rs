//! S2: a root that can be forgotten borrows nothing.
use rejoin::prelude::*;

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

fn main() {
    let data = vec![1];
    let root = rejoin::run(watch(&data));
    drop(data);
    drop(root);
}
