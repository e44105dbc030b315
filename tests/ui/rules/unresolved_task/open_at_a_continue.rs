use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) {
    for id in ids {
        let task = spawn!(async { 1 });
        if *id == 0 {
            continue;
        }
        task.await;
    }
}

fn main() {}
