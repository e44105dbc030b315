use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(supervised);
    group.spawn(async { Ok::<u32, String>(1) });
    group.spawn(async { 2 });
    group.join_all().await;
}

fn main() {}
