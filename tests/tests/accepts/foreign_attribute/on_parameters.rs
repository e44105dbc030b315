use rejoin::prelude::*;

#[scoped]
pub async fn check(
    #[cfg(not(any()))] id: u32,
    #[cfg(any())] name: &str,
    #[allow(unused_variables)] n: u32,
) -> u32 {
    id
}

#[scoped]
pub async fn other() -> u32 {
    check(1, 2).await
}
