use rejoin::prelude::*;

use std::rc::Rc;

#[scoped]
async fn fetch() -> u32 {
    let shared = Rc::new(1);
    tokio::task::yield_now().await;
    *shared
}

#[scoped]
async fn check() -> u32 {
    let task = spawn!(fetch());
    task.await
}

fn main() {}
