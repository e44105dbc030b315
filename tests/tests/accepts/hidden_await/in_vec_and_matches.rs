use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Option<u32> {
    Some(id)
}

#[scoped]
pub async fn check() -> bool {
    let list = vec![fetch(1).await, fetch(2).await];
    let same = vec![fetch(3).await; 2];
    matches!(fetch(1).await, Some(n) if n > 0) && list != same
}
