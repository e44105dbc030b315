use rejoin::prelude::*;

#[scoped(allow(unresolved_group, reason = "its children end with the function"))]
pub async fn check() {
    let group = task_group!();
    group.spawn(async {});
}
