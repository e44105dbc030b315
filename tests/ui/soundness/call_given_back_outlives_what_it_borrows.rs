use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 1);
    let refused = {
        let data = vec![1];
        group.try_spawn(async { data.len() })
    };
    group.join_all().await;
    drop(refused);
}

fn main() {}
