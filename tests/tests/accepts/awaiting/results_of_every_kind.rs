use rejoin::prelude::*;

#[scoped]
pub async fn tuple() -> (u32, String) {
    (1, String::new())
}

#[scoped]
pub async fn array() -> [u8; 3] {
    [1, 2, 3]
}

#[scoped]
pub async fn closure() -> impl Fn(u32) -> u32 {
    |n| n + 1
}

#[scoped]
pub async fn boxed() -> Box<dyn Fn(u32) -> u32 + Send> {
    Box::new(|n| n)
}

#[scoped]
pub async fn check() -> u32 {
    let (n, text) = tuple().await;
    let [a, .., c] = array().await;
    n + text.len() as u32 + u32::from(a + c) + closure().await(1) + boxed().await(2) + tuple().await.0
}
