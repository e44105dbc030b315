use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    return spawn!(async { 1 });
}

fn main() {}
