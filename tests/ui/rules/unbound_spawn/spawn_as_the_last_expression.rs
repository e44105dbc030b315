use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    spawn!(async { 1 })
}

fn main() {}
