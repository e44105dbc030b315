use rejoin::prelude::*;

#[scoped]
async fn check(n: Option<u32>) -> u32 {
    let task = spawn!(async { 1 });
    match n {
        Some(0) => task.await,
        Some(n) => n,
        None => {
            task.cancel();
            0
        }
    }
}

fn main() {}
