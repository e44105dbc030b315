use rejoin::prelude::*;

#[scoped]
async fn check(fast: bool) -> u32 {
    let task = match fast {
        true => spawn!(async { 1 }),
        false => return 2,
    };
    task.await
}

fn main() {}
