use rejoin::prelude::*;

#[scoped]
async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
async fn check() -> u32 {
    let task = spawn!(fetch(1).);
    task.await
}

fn main() {}
