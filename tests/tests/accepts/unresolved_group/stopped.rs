use rejoin::prelude::*;

#[scoped]
pub async fn check() -> Vec<u32> {
    let group = task_group!();
    group.spawn(async { 1 });
    group.stop().await
}
