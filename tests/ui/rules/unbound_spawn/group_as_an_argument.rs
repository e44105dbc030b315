use rejoin::prelude::*;

#[scoped]
async fn fill(group: TaskGroup<'_, u32>) -> usize {
    group.len()
}

#[scoped]
async fn check() -> usize {
    fill(task_group!()).await
}

fn main() {}
