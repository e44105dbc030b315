use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 });
    let mut sum = 0;
    loop {
        sum += task.await;
        if sum > 3 {
            break sum;
        }
    }
}

fn main() {}
