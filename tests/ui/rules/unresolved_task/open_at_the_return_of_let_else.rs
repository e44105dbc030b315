use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> u32 {
    let task = spawn!(async { 1 });
    let [id, ..] = ids else { return 0 };
    task.await + id
}

fn main() {}
