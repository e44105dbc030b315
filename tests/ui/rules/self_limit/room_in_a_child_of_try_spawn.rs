use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 2, ordered);
    let _ = group.try_spawn(async move {
        for _ in 0..3 {
            group.room().await;
        }
    });
    group.stop().await;
}

fn main() {}
