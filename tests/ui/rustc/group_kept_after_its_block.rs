use rejoin::prelude::*;

#[scoped]
async fn check() -> usize {
    let kept = {
        let group = task_group!();
        group.spawn(async { 1 });
        group.stop().await;
        group
    };
    kept.len()
}

fn main() {}
