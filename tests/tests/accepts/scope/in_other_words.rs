use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() -> bool {
    let task = spawn!(scope!(async { tokio::task::yield_now().await }).timeout(Duration::from_secs(1)));
    let group = task_group!();
    group.spawn(scope!(async { 1 }).named("one"));
    daemon!(scope!(async { std::future::pending::<()>().await }));
    defer!({
        scope!(async { println!("left") }).await;
    });
    let ok = task.await.is_ok();
    group.join_all().await.len() == 1 && ok
}
