#[rejoin::scoped]
pub async fn check() -> u32 {
    let task = rejoin::spawn!(async { 1 });
    let group = rejoin::task_group!();
    rejoin::daemon!(std::future::pending::<()>());
    rejoin::defer!({});
    group.spawn(async {});
    group.join_all().await;
    task.await
}
