use rejoin::prelude::*;

#[scoped]
async fn check() {
    let Some(group) = task_group!() else { return };
    group.stop().await;
}

fn main() {}
