use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> Result<u32, &'static str> {
    let task = spawn!(async { 1 });
    let [id, ..] = ids else { return Err("empty") };
    Ok(task.await + id)
}
