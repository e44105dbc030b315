use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Option<u32> {
    Some(id)
}

#[scoped]
pub async fn check(id: Option<u32>) -> u32 {
    let task = spawn!(async { Some(1) });
    if let Some(id) = id
        && let Some(n) = fetch(id).await
        && n > 3
    {
        task.cancel();
        return n;
    }
    if let Some(n) = task.await
        && id.is_none()
    {
        n
    } else {
        0
    }
}
