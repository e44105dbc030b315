use rejoin::prelude::*;

#[scoped]
async fn check() -> Vec<u32> {
    let group = task_group!();
    group.spawn(spawn_blocking!(|| 1));
    group.join_all().await
}

fn main() {}
