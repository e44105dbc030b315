use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!();
    group.spawn(async {});
    drop(group);
}

fn main() {}
