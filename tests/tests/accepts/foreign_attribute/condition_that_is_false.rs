use rejoin::prelude::*;

#[scoped]
#[cfg(any())]
pub async fn check() -> u32 {
    1
}

#[cfg(any())]
#[scoped]
pub async fn other() -> u32 {
    1
}

#[scoped]
pub async fn last() {}
