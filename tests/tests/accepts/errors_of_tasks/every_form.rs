use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Result<u32, std::num::ParseIntError> {
    Ok(id)
}

#[scoped]
pub async fn check() -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    let call = spawn!(fetch(1)?);
    let block = spawn!(async { Ok(fetch(2).await? + "3".parse::<u32>()?) }?);
    let named = spawn!(name = "named", fetch(4)?);
    let mapped = spawn!(fetch(5).map_err(|error| error.to_string())?);
    let future = spawn!(std::future::ready(Ok::<u32, std::fmt::Error>(6))?);
    let at_once = spawn!(fetch(7)?).await;
    let kept = spawn!(fetch(8));
    Ok(call.await + block.await + named.await + mapped.await + future.await + at_once + kept.await?)
}
