use rejoin::prelude::*;

#[scoped]
async fn check(n: u32) -> u32 {
    let task = spawn!(async { 1 });
    if n == 0 {
        return 0;
    }
    if n == 1 {
        return 1;
    }
    task.await
}

fn main() {}
