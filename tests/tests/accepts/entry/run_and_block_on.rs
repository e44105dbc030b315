use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn fetch(id: u32) -> Result<u32, Cancelled> {
    Ok(id)
}

pub async fn in_any_context(id: u32) -> Result<u32, Cancelled> {
    let first = rejoin::run(fetch(id)).await??;
    let second = rejoin::try_run(fetch(id)).await?;
    let third = rejoin::run(fetch(id).timeout(Duration::from_secs(1))).await???;
    Ok(first + second + third)
}

pub fn on_a_thread(names: &[String]) -> Result<usize, Cancelled> {
    rejoin::block_on(scope!(async { names.len() }))
}
