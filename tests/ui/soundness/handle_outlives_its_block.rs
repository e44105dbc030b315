//! S5: a handle borrows from the block that owns the task.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let kept;
    {
        let task = spawn!(async { 1 });
        kept = Some(task);
    }
    drop(kept);
}

fn main() {}
