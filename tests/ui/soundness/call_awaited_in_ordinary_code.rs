//! S1: a scoped call is no future.
use rejoin::prelude::*;

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

async fn ordinary() -> usize {
    watch(&[1]).await
}

fn main() {
    drop(ordinary());
}
