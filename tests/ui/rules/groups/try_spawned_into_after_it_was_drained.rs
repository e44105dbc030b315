use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 2);
    group.spawn(async { 1 });
    while let Some(_) = group.next().await {}
    let _ = group.try_spawn(async { 2 });
}

fn main() {}
