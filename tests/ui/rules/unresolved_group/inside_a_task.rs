use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async {
        let group = task_group!();
        group.spawn(async {});
    });
    task.await
}

fn main() {}
