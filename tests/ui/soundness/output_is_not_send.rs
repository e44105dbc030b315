//! S10, F8: the block is `Send`, its output is not.
use rejoin::prelude::*;

use std::rc::Rc;

#[scoped]
async fn body() {
    let task = spawn!(async { Rc::new(1) });
    task.await;
}

fn main() {}
