use rejoin::prelude::*;

#[scoped]
async fn first() -> impl std::fmt::Display {
    let task = spawn!(async { 1 });
    2
}

#[scoped]
async fn second() -> String {
    first().await.to_string()
}

fn main() {}
