use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
}

fn main() {}
