//! S8: handles of two groups have two lifetimes.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let mut outer = task_group!();
    {
        let data = vec![1];
        let mut inner = task_group!();
        inner.spawn(async { assert_eq!(data.len(), 1) });
        std::mem::swap(&mut outer, &mut inner);
        inner.join_all().await;
    }
    outer.join_all().await;
}

fn main() {}
