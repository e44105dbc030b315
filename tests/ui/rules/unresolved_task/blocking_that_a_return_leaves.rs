use rejoin::prelude::*;

#[scoped]
async fn check(brief: bool) -> u32 {
    let task = spawn_blocking!(|| 1);
    if brief {
        return 0;
    }
    task.await
}

fn main() {}
