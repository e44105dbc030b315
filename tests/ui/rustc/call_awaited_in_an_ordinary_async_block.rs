use rejoin::prelude::*;

#[scoped]
async fn fetch() -> u32 {
    1
}

#[scoped]
async fn check() -> u32 {
    let later = async { fetch().await };
    later.await
}

fn main() {}
