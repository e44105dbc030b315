use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[scoped]
pub async fn check(text: &str) -> Result<u32, String> {
    let task = spawn!(fetch(1));
    let group = task_group!();
    group.spawn(fetch(2));
    let parsed = text.parse::<u32>().map_err(|error| error.to_string())?;
    let sum = fetch(3).await? + fetch(parsed).await?;
    let list = [fetch(4).await?, task.await?];
    if fetch(5).await? == 5 {
        fetch(6).await?;
    }
    let found = match fetch(7).await? {
        7 => fetch(8).await?,
        _ => Err("other")?,
    };
    while let Some(done) = group.next().await {
        fetch(done?).await?;
    }
    for id in 0..fetch(9).await? {
        let _: u32 = fetch(id).await?;
    }
    Ok(sum + list[0] + found)
}
