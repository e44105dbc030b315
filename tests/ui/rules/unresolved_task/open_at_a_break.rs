use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) {
    for id in ids {
        let task = spawn!(async { 1 });
        if *id == 0 {
            break;
        }
        task.await;
    }
}

fn main() {}
