use rejoin::prelude::*;

#[scoped]
pub async fn check<'g>(group: TaskGroup<'g, u32>, ids: &'g [u32]) {
    for id in ids {
        group.spawn(async move {
            let task = spawn!(async { *id });
            task.await
        });
    }
}
