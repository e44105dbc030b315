use std::rc::Rc;

use rejoin::prelude::*;

#[scoped]
async fn check() -> usize {
    let count = Rc::new(1);
    let task = spawn_blocking!(move |_cancel| *count);
    task.await
}

fn main() {}
