use rejoin::prelude::*;

use std::rc::Rc;

#[scoped]
async fn check() -> usize {
    let shared = Rc::new(1);
    let task = spawn!(async { Rc::strong_count(&shared) });
    task.await
}

fn main() {}
