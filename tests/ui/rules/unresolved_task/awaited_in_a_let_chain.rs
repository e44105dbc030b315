use rejoin::prelude::*;

#[scoped]
async fn check(id: Option<u32>) -> u32 {
    let task = spawn!(async { Some(1) });
    if let Some(id) = id
        && let Some(n) = task.await
    {
        id + n
    } else {
        0
    }
}

fn main() {}
