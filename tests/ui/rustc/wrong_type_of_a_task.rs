use rejoin::prelude::*;

#[scoped]
async fn check() -> String {
    let task: Task<'_, String> = spawn!(async { 1 });
    task.await
}

fn main() {}
