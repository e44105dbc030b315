use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    let group = task_group!();
    group.spawn(async {});
    while group.next().await.is_some() {}
}
