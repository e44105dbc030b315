//! S10, F8: the same for a group.
use rejoin::prelude::*;

use std::rc::Rc;

#[scoped]
async fn body() {
    let group = task_group!();
    group.spawn(async { Rc::new(1) });
    group.join_all().await;
}

fn main() {}
