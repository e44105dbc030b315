use rejoin::prelude::*;

#[scoped]
pub async fn check(task: u32) -> u32 {
    let task = spawn!(async { task });
    let group = task.await;
    let group = {
        let inner = task_group!();
        inner.spawn(async { group });
        inner.join_all().await
    };
    let task = group.len() as u32;
    let spawn = |n: u32| n;
    let defer = spawn(task);
    if let Some(task) = Some(defer) { task } else { 0 }
}
