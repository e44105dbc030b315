use rejoin::prelude::*;

pub mod core {}
pub mod std {}
pub mod tokio {}
pub mod alloc {}

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let group = task_group!();
    group.spawn(async { 2 });
    defer!({});
    let sum: u32 = group.join_all().await.into_iter().sum();
    assert_eq!(scope!(async { sum }).await, 2);
    task.await
}

#[scoped]
pub async fn fails() -> Result<u32, String> {
    let task = spawn!(async { Err::<u32, String>(String::new()) }?);
    Ok(task.await)
}
