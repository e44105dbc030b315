use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    #[cfg(unix)]
    let task = spawn!(async { 1 });
    #[cfg(any())]
    let other = spawn!(async { 2 });
    #[cfg(unix)]
    task.cancel();
    #[cfg(any())]
    other.await;
    3
}
