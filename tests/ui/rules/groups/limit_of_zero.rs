use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 0);
    group.stop().await;
}

fn main() {}
