use rejoin::prelude::*;

#[scoped]
async fn fetch() -> u32 {
    1
}

async fn check() -> u32 {
    tokio::spawn(fetch()).await.unwrap()
}

fn main() {}
