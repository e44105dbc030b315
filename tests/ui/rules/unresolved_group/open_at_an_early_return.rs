use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> Vec<u32> {
    let group = task_group!();
    for id in ids {
        if *id == 0 {
            return Vec::new();
        }
        group.spawn(async move { *id });
    }
    group.join_all().await
}

fn main() {}
