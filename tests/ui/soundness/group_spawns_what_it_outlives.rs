//! S8: a callee spawns what lives shorter than the group.
use rejoin::prelude::*;

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

#[scoped]
async fn callee(group: TaskGroup<'_, usize>) {
    let data = vec![1];
    group.spawn(watch(&data));
}

fn main() {}
