use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    spawn_blocking!(async { 1 }).await
}

fn main() {}
