use rejoin::Call;
use rejoin::prelude::*;

#[scoped]
pub async fn twice<C>(make: impl Fn() -> C + Send) -> (u32, u32)
where
    C: Call<Output = u32> + Send,
    C::Started: Send,
{
    let first = make().await;
    (first, make().await)
}

#[scoped]
pub async fn one() -> u32 {
    1
}

#[scoped]
pub async fn check() -> u32 {
    twice(one).await.0 + twice(|| std::future::ready(2)).await.1
}
