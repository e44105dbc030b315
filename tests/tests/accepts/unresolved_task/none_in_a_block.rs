use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> Option<u32> {
    let outer = spawn!(async {
        let task = spawn!(async { 1 });
        if ids.is_empty() {
            return None;
        }
        Some(task.await)
    });
    outer.await
}
