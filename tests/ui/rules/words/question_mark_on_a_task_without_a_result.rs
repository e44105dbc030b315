use rejoin::prelude::*;

#[scoped]
async fn fetch() -> Result<u32, String> {
    Ok(1)
}

#[scoped]
async fn check() -> u32 {
    let task = spawn!(fetch()?);
    task.await
}

fn main() {}
