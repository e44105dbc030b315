use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    #[scoped]
    async fn inner() -> u32 {
        let task = spawn!(async { 1 });
        task.await
    }
    inner().await
}
