use rejoin::prelude::*;

#[scoped]
async fn fill(group: TaskGroup<'_, u32>) {
    println!("{}", group.len());
}

#[scoped]
async fn check() {
    let group = task_group!();
    fill(group).await;
}

fn main() {}
