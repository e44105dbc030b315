use rejoin::prelude::*;
use std::future::ready;

#[scoped]
pub async fn check(mut list: Vec<u32>) -> Option<u32> {
    let borrowed = scope!(async { list.push(1) });
    borrowed.await;
    let moved = scope!(async move { list.len() });
    let length = moved.await;
    let future = scope!(ready(2));
    let call = scope!(async {
        if length == 0 {
            return None;
        }
        let n = "1".parse::<u32>().ok()?;
        Some(n + future.await)
    });
    let nested = scope!(async { scope!(async { scope!(ready(3)).await }).await });
    Some(call.await? + nested.await)
}
