use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = "many");
    group.spawn(async {});
    group.join_all().await;
}

fn main() {}
