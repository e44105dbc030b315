use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> u32 {
    let group = task_group!();
    let mut sum = 0;
    for id in ids {
        group.spawn(async move { *id });
    }
    for _ in ids {
        sum += group.next().await.unwrap_or_default();
    }
    sum
}

fn main() {}
