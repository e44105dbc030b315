use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(ordered, ordered);
    group.stop().await;
}

fn main() {}
