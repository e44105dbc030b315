#![deny(unused_must_use)]
use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 2);
    group.room();
    group.try_spawn(async {});
    group.join_all().await;
}

fn main() {}
