use rejoin::prelude::*;
use std::fmt::{Debug, Display};

#[scoped]
pub async fn check<T, U: Display, const N: usize>(items: [T; N], shown: U) -> (usize, String)
where
    T: Debug + Clone + Send + Sync,
    U: Send,
{
    let task = spawn!(async { items.len() });
    (task.await, shown.to_string())
}

#[scoped]
pub async fn other() -> usize {
    check::<_, _, 2>([1, 2], "shown").await.0
}
