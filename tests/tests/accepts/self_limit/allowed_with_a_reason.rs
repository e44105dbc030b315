use rejoin::prelude::*;

#[scoped(allow(self_limit, reason = "one child of two waits"))]
pub async fn check() {
    let group = task_group!(limit = 2);
    group.spawn(async move { group.room().await });
    group.join_all().await;
}
