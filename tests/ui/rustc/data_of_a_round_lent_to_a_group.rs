use rejoin::prelude::*;

#[scoped]
async fn check() -> Vec<usize> {
    let group = task_group!();
    for id in 0..3 {
        let text = format!("{id}");
        group.spawn(async { text.len() });
    }
    group.join_all().await
}

fn main() {}
