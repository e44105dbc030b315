use rejoin::prelude::*;

#[scoped]
pub async fn check(n: Option<u32>) -> u32 {
    let task = spawn!(async { 1 });
    match n {
        Some(0) => task.await,
        Some(n) if n < 3 => task.stop().await.unwrap_or(n),
        Some(_) | None => {
            task.cancel();
            2
        }
    }
}
