use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(4);
    group.stop().await;
}

fn main() {}
