use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = {
        let inner = spawn!(async { 1 });
        inner
    };
    task.await
}

fn main() {}
