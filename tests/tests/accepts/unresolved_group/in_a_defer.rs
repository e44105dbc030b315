use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    let group = task_group!();
    defer!({
        group.stop().await;
    });
    group.spawn(std::future::pending::<()>());
    tokio::task::yield_now().await;
}
