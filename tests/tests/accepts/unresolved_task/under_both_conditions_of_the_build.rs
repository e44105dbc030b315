use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    #[cfg(unix)]
    {
        task.await
    }
    #[cfg(not(unix))]
    {
        task.cancel();
        0
    }
}
