use rejoin::prelude::*;
use std::time::Duration;
use tokio::time::Instant;

#[scoped]
pub async fn fetch() -> Result<u32, Cancelled> {
    Ok(1)
}

#[scoped]
pub async fn check(stop: &rejoin::Canceller) -> Result<u32, Cancelled> {
    let second = Duration::from_secs(1);
    let a = fetch().timeout(second).await??;
    let b = fetch().deadline(Instant::now() + second).await??;
    let c = fetch().try_timeout(second).await?;
    let d = fetch().try_deadline(Instant::now() + second).await?;
    let e = fetch().timeout_or(second, Err).await?;
    let f = fetch().cancel_on(stop).await??;
    let g = fetch().shield().await?;
    let h = fetch().with_value(5_u8).named("h").boxed().await?;
    let i = fetch().map(|done| done.map(|n| n + 1)).map_err(|cancelled| cancelled).await?;
    let j = fetch().catch_panic().await;
    let task = spawn!(fetch().shield().named("task")?);
    Ok(a + b + c + d + e + f + g + h + i + task.await + u32::from(j.is_ok()))
}
