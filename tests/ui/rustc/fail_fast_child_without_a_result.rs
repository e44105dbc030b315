use rejoin::prelude::*;

#[scoped]
async fn check() -> Result<(), String> {
    let group = task_group!(fail_fast);
    group.spawn(tokio::task::yield_now());
    group.join_all().await;
    Ok(())
}

fn main() {}
