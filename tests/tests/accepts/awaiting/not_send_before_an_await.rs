use rejoin::prelude::*;
use std::rc::Rc;

#[scoped]
pub async fn fetch() -> u32 {
    let n = {
        let shared = Rc::new(1);
        *shared
    };
    tokio::task::yield_now().await;
    n
}

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(fetch());
    task.await
}
