use rejoin::prelude::*;

#[scoped]
async fn first() -> u32 {
    let task = spawn!(async { 1 });
    2
}

#[scoped]
async fn second() -> String {
    first().await
}

fn main() {}
