use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[scoped]
pub async fn check() -> Result<u32, String> {
    let first = spawn!(fetch(1));
    let second = spawn!(fetch(2)?);
    let sum = first.await? + second.await;
    Ok(sum)
}
