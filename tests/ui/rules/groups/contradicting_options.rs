use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(fail_fast, limit = 2, supervised);
    group.stop().await;
}

fn main() {}
