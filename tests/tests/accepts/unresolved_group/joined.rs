use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> Vec<u32> {
    let group = task_group!();
    for id in ids {
        group.spawn(async move { *id });
    }
    group.join_all().await
}
