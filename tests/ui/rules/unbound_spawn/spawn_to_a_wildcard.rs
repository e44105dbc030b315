use rejoin::prelude::*;

#[scoped]
async fn check() {
    let _ = spawn!(async { 1 });
}

fn main() {}
