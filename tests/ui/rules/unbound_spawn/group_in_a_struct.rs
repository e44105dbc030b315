use rejoin::prelude::*;

struct Pool<'g> {
    tasks: TaskGroup<'g, u32>,
}

#[scoped]
async fn check() -> usize {
    let pool = Pool { tasks: task_group!() };
    pool.tasks.len()
}

fn main() {}
