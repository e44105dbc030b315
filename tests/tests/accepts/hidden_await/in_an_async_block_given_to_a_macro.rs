use rejoin::prelude::*;

macro_rules! later {
    ($future:expr) => {
        $future
    };
}

#[scoped]
pub async fn check() -> u32 {
    let later = later!(async { std::future::ready(1).await });
    later.await
}
