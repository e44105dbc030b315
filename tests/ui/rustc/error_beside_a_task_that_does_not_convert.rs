use rejoin::prelude::*;

#[scoped]
async fn fetch() -> Result<u32, std::io::Error> {
    Ok(1)
}

#[scoped]
async fn check() -> Result<u32, std::num::ParseIntError> {
    let task = spawn!(async { 1 });
    let n = fetch().await?;
    Ok(task.await + n)
}

fn main() {}
