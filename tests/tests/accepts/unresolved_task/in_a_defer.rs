use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    let task = spawn!(std::future::pending::<()>());
    defer!({
        task.stop().await;
    });
    tokio::task::yield_now().await;
}
