use rejoin::prelude::*;

#[scoped]
pub async fn check(n: u32) -> anyhow::Result<u32> {
    let task = spawn!(async { 1 });
    anyhow::ensure!(n < 10, "{n} is too big");
    if n == 9 {
        anyhow::bail!("nine");
    }
    Ok(task.await)
}
