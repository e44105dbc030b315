use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let group: TaskGroup<'_, u32> = task_group!();
    group.spawn(async { 1 });
    group.join_all().await.into_iter().sum()
}
