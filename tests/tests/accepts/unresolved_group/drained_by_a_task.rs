use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let group = task_group!();
    for id in ids {
        group.spawn(async move { *id });
    }
    let reader = spawn!(async {
        let mut sum = 0;
        while let Some(id) = group.next().await {
            sum += id;
        }
        sum
    });
    let sum = reader.await;
    group.stop().await;
    sum
}
