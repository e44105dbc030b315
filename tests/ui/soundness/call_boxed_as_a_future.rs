//! S1: a scoped call is no future, also behind a pointer.
use rejoin::prelude::*;

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

fn main() {
    let _: Box<dyn Future<Output = usize>> = Box::new(watch(&[1]));
}
