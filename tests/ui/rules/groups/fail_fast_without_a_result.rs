use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(fail_fast);
    group.spawn(async { Ok::<(), String>(()) });
    group.join_all().await;
}

fn main() {}
