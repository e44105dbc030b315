use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Option<u32> {
    Some(id)
}

#[scoped]
pub async fn check() -> bool {
    let _ = { vec![fetch(1).await; 2].len() + 1 };
    format!("{:?}", fetch(2).await).push('x');
    println! { "{:?}", fetch(3).await }
    matches!(fetch(4).await, Some(_)) && matches!(fetch(5).await, None)
}
