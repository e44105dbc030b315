use rejoin::prelude::*;

#[scoped]
async fn check(n: Option<u32>) -> u32 {
    let task = spawn!(async { true });
    match n {
        Some(n) if task.await => n,
        _ => 0,
    }
}

fn main() {}
