use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) {
    for id in ids {
        let batch = task_group!();
        batch.spawn(async move { *id });
    }
}

fn main() {}
