use rejoin::prelude::*;
use std::future::ready;

#[scoped]
pub async fn check() -> u32 {
    let (a, b) = tokio::join!(ready(1), async { ready(2).await });
    let c = tokio::select! {
        n = async { ready(3).await } => n,
        n = ready(4), if a == 1 => n,
    };
    let d = tokio::try_join!(ready(Ok::<_, u32>(5)), ready(Ok(6)));
    a + b + c + d.map_or(0, |(e, f)| e + f)
}
