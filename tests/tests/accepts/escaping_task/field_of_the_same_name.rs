use rejoin::prelude::*;

pub struct Job {
    pub task: u32,
}

#[scoped]
pub async fn check(job: Job) -> u32 {
    let task = spawn!(async { 1 });
    let copy = Job { task: job.task };
    let Job { task: number } = copy;
    number + task.await
}
