use rejoin::prelude::*;
use std::time::Duration;

async fn reads(data: &u32) -> u32 {
    tokio::task::yield_now().await;
    *data
}

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(async {
        let data = 1;
        let limited = scope!(async {
            let inner = spawn!(reads(&data));
            inner.await
        });
        let seen = limited.timeout(Duration::from_secs(1)).await.unwrap_or_default();
        let lent = scope!(async {
            let inner = spawn!(async { &data });
            Some(inner.await)
        });
        let lent = lent.named("lent").await;
        let inline = rejoin::inline(scope!(async {
            let inner = spawn!(reads(&data));
            inner.await
        }));
        seen + lent.copied().unwrap_or_default() + inline.await.unwrap_or_default()
    });
    task.await
}
