use rejoin::prelude::*;

#[scoped]
pub async fn check(id: Option<u32>) -> u32 {
    let task = spawn!(async { 1 });
    if let Some(id) = id {
        id + task.await
    } else {
        task.cancel();
        0
    }
}
