use rejoin::prelude::*;

#[scoped]
async fn check() {
    let group = task_group!(limit = 1);
    group.spawn(async { 0 });
    {
        let data = vec![1];
        group.spawn(async { data.len() });
    }
    group.join_all().await;
}

fn main() {}
