use rejoin::prelude::*;

#[scoped]
async fn check() -> bool {
    let task = spawn!(async { 1 });
    let done = task.is_finished();
    task.await == 1 && done
}

fn main() {}
