use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit, ordered);
    group.stop().await;
}

fn main() {}
