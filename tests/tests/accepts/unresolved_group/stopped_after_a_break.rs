use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> bool {
    let group = task_group!();
    for id in ids {
        group.spawn(async move { *id });
    }
    let mut found = false;
    while let Some(id) = group.next().await {
        if id == 7 {
            found = true;
            break;
        }
    }
    group.stop().await;
    found
}
