use rejoin::prelude::*;

use std::cell::Cell;

#[scoped]
async fn check() -> Vec<u32> {
    let count = Cell::new(1);
    let group = task_group!();
    group.spawn(async { count.get() });
    group.join_all().await
}

fn main() {}
