use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() -> bool {
    let call = scope!(async { println!("{}", std::future::ready(1).await) });
    let call = call.timeout(Duration::from_secs(1));
    let other = scope!(async {
        tokio::select! { n = std::future::ready(1) => n }
    })
    .timeout(Duration::from_secs(1));
    call.await.is_ok() && other.await.is_ok()
}
