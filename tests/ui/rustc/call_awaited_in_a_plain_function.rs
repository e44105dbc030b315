use rejoin::prelude::*;

#[scoped]
async fn fetch() -> u32 {
    1
}

async fn check() -> u32 {
    fetch().await
}

fn main() {}
