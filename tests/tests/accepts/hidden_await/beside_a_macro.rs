use rejoin::prelude::*;

macro_rules! twice {
    ($value:expr) => {
        $value + $value
    };
}

#[scoped]
pub async fn fetch() -> u32 {
    1
}

#[scoped]
pub async fn check() -> u32 {
    let n = fetch().await;
    twice!(n)
}
