use rejoin::prelude::*;

#[scoped]
async fn fetch() -> Result<u32, std::io::Error> {
    Ok(1)
}

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let n = fetch().await?;
    task.await + n
}

fn main() {}
