use rejoin::prelude::*;

#[scoped]
async fn check() {
    let info = spawn!(async { 1 });
    let drugs = spawn!(async { 2 });
}

fn main() {}
