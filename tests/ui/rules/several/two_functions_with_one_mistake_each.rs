use rejoin::prelude::*;

#[scoped]
async fn first() {
    let task = spawn!(async { 1 });
}

#[scoped]
async fn second() {
    let group = task_group!();
    group.spawn(async {});
}

#[scoped]
async fn third() {
    first().await;
    second().await;
}

fn main() {}
