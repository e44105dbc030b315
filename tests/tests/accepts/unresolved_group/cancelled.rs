use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    let group = task_group!();
    group.spawn(std::future::pending::<()>());
    group.cancel_all();
}
