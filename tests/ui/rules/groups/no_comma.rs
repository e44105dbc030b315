use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(ordered fail_fast);
    group.stop().await;
}

fn main() {}
