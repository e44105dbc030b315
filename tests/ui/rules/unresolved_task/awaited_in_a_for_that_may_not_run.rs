use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> u32 {
    let task = spawn!(async { 1 });
    for id in ids {
        return task.await + id;
    }
    0
}

fn main() {}
