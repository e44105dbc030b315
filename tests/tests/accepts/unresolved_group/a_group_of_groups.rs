use rejoin::prelude::*;

#[scoped]
pub async fn check(lists: &[Vec<u32>]) -> u32 {
    let outer = task_group!();
    for list in lists {
        outer.spawn(async move {
            let inner = task_group!();
            for id in list {
                inner.spawn(async move { *id });
            }
            inner.join_all().await.into_iter().sum::<u32>()
        });
    }
    outer.join_all().await.into_iter().sum()
}
