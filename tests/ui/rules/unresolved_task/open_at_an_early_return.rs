use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) -> u32 {
    let task = spawn!(async { 1 });
    if ids.is_empty() {
        return 0;
    }
    task.await
}

fn main() {}
