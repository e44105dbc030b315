use rejoin::prelude::*;

#[scoped]
async fn check(wait: bool) {
    let group = task_group!();
    group.spawn(async {});
    if wait {
        group.join_all().await;
    }
}

fn main() {}
