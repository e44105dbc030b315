use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(size = 3);
    group.stop().await;
}

fn main() {}
