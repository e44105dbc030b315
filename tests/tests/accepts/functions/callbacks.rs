use rejoin::prelude::*;

#[scoped]
pub async fn apply<F>(change: F, n: u32) -> u32
where
    F: Fn(u32) -> u32 + Send + Sync,
{
    let task = spawn!(async { change(n) });
    task.await
}

#[scoped]
pub async fn pointer(change: fn(&u32) -> u32, boxed: Box<dyn Fn(u32) -> u32 + Send>) -> u32 {
    boxed(change(&1))
}

#[scoped]
pub async fn check() -> u32 {
    let add = 2;
    apply(|n| n + add, 1).await + pointer(|n| *n, Box::new(|n| n)).await
}
