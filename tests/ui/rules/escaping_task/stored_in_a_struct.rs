use rejoin::prelude::*;

struct Job<'g> {
    task: Task<'g, u32>,
}

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    let job = Job { task };
    job.task.cancel();
}

fn main() {}
