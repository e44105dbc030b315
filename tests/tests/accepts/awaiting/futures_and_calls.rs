use rejoin::prelude::*;
use std::future::{Future, IntoFuture, Ready, ready};
use std::pin::Pin;

pub struct Request(u32);

impl IntoFuture for Request {
    type Output = u32;
    type IntoFuture = Ready<u32>;
    fn into_future(self) -> Ready<u32> {
        ready(self.0)
    }
}

pub async fn plain() -> u32 {
    1
}

#[scoped]
pub async fn check(mut boxed: Pin<Box<dyn Future<Output = u32> + Send>>) -> u32 {
    let mut pinned = std::pin::pin!(plain());
    let first = pinned.as_mut().await;
    tokio::pin! {
        let second = plain();
    }
    let call = scope!(plain());
    Request(1).await
        + plain().await
        + boxed.as_mut().await
        + first
        + second.await
        + call.await
        + match 1 {
            n => ready(n),
        }
        .await
}
