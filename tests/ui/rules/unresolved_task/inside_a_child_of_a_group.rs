use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!();
    group.spawn(async {
        let task = spawn!(async { 1 });
    });
    group.join_all().await;
}

fn main() {}
