use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let task = spawn!(async { 1 });
    tokio::select! {
        n = task => n,
        () = tokio::task::yield_now() => 0,
    }
}

fn main() {}
