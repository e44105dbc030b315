use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> Option<u32> {
    let group = task_group!();
    for id in ids {
        group.spawn(async move { *id });
    }
    group.next().await
}

fn main() {}
