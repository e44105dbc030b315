use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> u32 {
    let group = task_group!();
    for id in ids {
        group.spawn(async move { id.checked_sub(1).ok_or("zero") });
    }
    let mut sum = 0;
    while let Some(Ok(id)) = group.next().await {
        sum += id;
    }
    sum
}

fn main() {}
