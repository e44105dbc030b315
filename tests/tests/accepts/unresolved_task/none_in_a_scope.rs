use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> Option<u32> {
    scope!(async {
        let task = spawn!(async { 1 });
        if ids.is_empty() {
            return None;
        }
        Some(task.await)
    })
    .await
}
