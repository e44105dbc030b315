use rejoin::prelude::*;

#[scoped]
async fn check() -> Vec<usize> {
    let group = task_group!();
    let text = String::from("text");
    group.spawn(async { text.len() });
    group.join_all().await
}

fn main() {}
