use rejoin::prelude::*;

#[scoped]
async fn check() {
    spawn!(async { 1 }).cancel();
}

fn main() {}
