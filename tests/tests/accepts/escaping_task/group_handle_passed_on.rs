use rejoin::prelude::*;

#[scoped]
pub async fn fill<'g>(group: TaskGroup<'g, u32>, ids: &'g [u32]) {
    for id in ids {
        group.spawn(async move { *id });
    }
}

#[scoped]
pub async fn check(ids: &[u32]) -> Vec<u32> {
    let group = task_group!();
    fill(group, ids).await;
    let copy = group;
    let handles = [group, copy];
    handles[0].spawn(async { 1 });
    let add = |n: u32| group.spawn(async move { n });
    add(2);
    group.join_all().await
}
