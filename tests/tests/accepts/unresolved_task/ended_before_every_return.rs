use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let task = spawn!(async { 1 });
    if ids.is_empty() {
        task.cancel();
        return 0;
    }
    let [id, ..] = ids else {
        return task.await;
    };
    task.await + id
}
