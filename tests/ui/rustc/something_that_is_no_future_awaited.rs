use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let n = 5;
    n.await
}

fn main() {}
