use rejoin::prelude::*;

#[scoped]
pub async fn check(id: Option<u32>) -> u32 {
    let task = spawn!(async { Some(1) });
    if let Some(id) = id
        && id > 3
    {
        task.cancel();
        return id;
    }
    if let Some(n) = task.await
        && let Some(id) = id
    {
        n + id
    } else {
        0
    }
}
