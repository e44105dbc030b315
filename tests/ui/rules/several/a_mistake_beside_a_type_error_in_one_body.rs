use rejoin::prelude::*;

#[scoped]
async fn check() -> String {
    let task = spawn!(async { 1 });
    2
}

fn main() {}
