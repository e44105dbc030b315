use rejoin::prelude::*;

#[scoped]
async fn fetch() -> u32 {
    1
}

#[scoped]
async fn check() -> u32 {
    tokio::select! {
        n = fetch() => n,
        () = tokio::task::yield_now() => 2,
    }
}

fn main() {}
