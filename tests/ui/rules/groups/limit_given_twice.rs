use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 1, limit = 2);
    group.stop().await;
}

fn main() {}
