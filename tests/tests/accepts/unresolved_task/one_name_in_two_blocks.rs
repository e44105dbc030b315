use rejoin::prelude::*;

#[scoped]
pub async fn check(wanted: bool) -> u32 {
    if wanted {
        let task = spawn!(async { 1 });
        task.await
    } else {
        let task = spawn!(async { 2 });
        task.await
    }
}
