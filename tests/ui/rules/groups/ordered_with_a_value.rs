use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(ordered = true);
    group.stop().await;
}

fn main() {}
