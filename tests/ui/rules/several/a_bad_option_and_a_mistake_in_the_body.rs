use rejoin::prelude::*;

#[scoped(fast)]
async fn check() {
    let task = spawn!(async { 1 });
}

fn main() {}
