use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
pub async fn check() {
    assert!(fetch(1).await == 1);
    assert_eq!(fetch(1).await, fetch(1).await, "both {}", 1);
    assert_ne!(fetch(1).await, 2);
    debug_assert!(fetch(1).await == 1);
    debug_assert_eq!(fetch(1).await, 1);
}
