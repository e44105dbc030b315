use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Result<Option<u32>, String> {
    Ok(Some(id))
}

#[scoped]
pub async fn check() -> Result<u32, String> {
    let Some(first) = fetch(1).await? else { return Ok(0) };
    let (Some(second), third) = (fetch(2).await?, fetch(3).await) else {
        return Err("none".to_owned());
    };
    let (Ok(third) | Err(third)) = third.map_err(|_| None);
    Ok(first + second + third.unwrap_or_default())
}
