//! S8: a handle does not leave the block that owns the group.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let kept;
    {
        let group = task_group!();
        group.spawn(async { 1 });
        kept = group;
        group.join_all().await;
    }
    kept.spawn(async { 2 });
}

fn main() {}
