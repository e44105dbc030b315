use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 2);
    group.spawn(async move {
        if group.len() > 1 {
            group.room().await;
        }
        group.spawn(async move {});
    });
    group.join_all().await;
}

fn main() {}
