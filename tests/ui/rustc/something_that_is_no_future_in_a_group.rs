use rejoin::prelude::*;

#[scoped]
async fn check() -> Vec<u32> {
    let group = task_group!();
    group.spawn(5);
    group.join_all().await
}

fn main() {}
