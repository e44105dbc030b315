use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 2);
    group.room().await;
    group.spawn(async {});
}

fn main() {}
