use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let group = task_group!();
    for id in ids {
        group.spawn(async move { *id });
    }
    let mut sum = 0;
    loop {
        match group.next().await {
            Some(id) => sum += id,
            None => break sum,
        }
    }
}
