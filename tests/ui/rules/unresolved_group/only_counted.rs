use rejoin::prelude::*;

#[scoped]
async fn check() -> usize {
    let group = task_group!();
    group.spawn(async {});
    group.len()
}

fn main() {}
