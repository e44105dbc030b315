use rejoin::prelude::*;
use std::rc::Rc;

#[scoped]
pub async fn check() -> u32 {
    let shared = Rc::new(1);
    tokio::task::yield_now().await;
    let task = spawn!(async { 2 });
    *shared + task.await
}
