use rejoin::prelude::*;

#[scoped]
pub async fn check(n: u32) -> u32 {
    let task = spawn!(async { 1 });
    if n == 0 {
        task.await
    } else if n == 1 {
        task.cancel();
        1
    } else {
        task.stop().await.unwrap_or_default()
    }
}
