use rejoin::prelude::*;

#[scoped]
pub async fn empty() {}

#[scoped]
pub async fn number() -> u32 {
    1
}

#[scoped]
pub async fn returned() -> u32 {
    #[allow(clippy::needless_return)]
    return 1;
}

#[scoped]
pub async fn semicolon() {
    empty().await;
}
