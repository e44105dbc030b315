use rejoin::prelude::*;

#[scoped]
async fn check() -> usize {
    let group = task_group!();
    group.spawn(async { 1 });
    group.spawn(async { "two" });
    group.join_all().await.len()
}

fn main() {}
