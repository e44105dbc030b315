use rejoin::prelude::*;

#[scoped]
async fn fetch() -> u32 {
    1
}

#[scoped]
async fn check() -> Result<u32, std::io::Error> {
    let task = spawn!(fetch()?);
    Ok(task.await)
}

fn main() {}
