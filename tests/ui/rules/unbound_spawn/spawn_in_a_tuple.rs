use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let pair = (spawn!(async { 1 }), 2);
    pair.1
}

fn main() {}
