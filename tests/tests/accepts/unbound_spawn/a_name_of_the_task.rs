use rejoin::prelude::*;

#[scoped]
pub async fn check(id: u32) -> u32 {
    let task = spawn!(name = format!("check {id}"), async { id });
    let other = spawn!(name = "other", async { id });
    task.await + other.await
}
