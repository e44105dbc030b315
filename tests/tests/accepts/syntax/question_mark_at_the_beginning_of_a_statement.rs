use rejoin::prelude::*;

#[scoped]
pub async fn list(id: u32) -> Result<Vec<u32>, String> {
    Ok(vec![id])
}

#[scoped]
pub async fn check() -> Result<u32, String> {
    let task = spawn!(async { 1 });
    list(1).await?.push(1);
    list(2).await?;
    list(3).await?[0] += 1;
    let found = { list(4).await?.len() + 1 };
    list(5).await?.into_iter().max().ok_or("empty")?;
    task.await;
    list(6).await?.first().copied().ok_or_else(|| found.to_string())
}

#[scoped]
pub async fn other(text: Option<&str>) -> Option<usize> {
    let task = spawn!(async { 1 });
    let n = { text?.len() + task.await };
    Some(n)
}
