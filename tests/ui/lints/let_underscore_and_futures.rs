#![deny(unused_must_use)]
use rejoin::prelude::*;

pub async fn plain() {}

#[scoped]
pub async fn check() {
    plain();
    scope!(async {});
    async {};
    let task = spawn!(plain());
    task.stop().await;
    task_limit().await
}

#[scoped]
async fn task_limit() {
    rejoin::current();
}

fn main() {}
