use rejoin::prelude::*;

#[scoped]
async fn fetch() -> Option<u32> {
    Some(1)
}

#[scoped]
async fn check() -> Option<u32> {
    let task = spawn!(fetch()?);
    Some(task.await)
}

fn main() {}
