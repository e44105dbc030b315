use rejoin::prelude::*;

#[scoped]
async fn fetch() -> u32 {
    1
}

#[scoped]
async fn check() -> u32 {
    rejoin::block_on(fetch()).unwrap_or_default()
}

fn main() {}
