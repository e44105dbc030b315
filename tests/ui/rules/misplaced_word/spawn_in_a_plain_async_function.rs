use rejoin::prelude::*;

async fn check() {
    let _task = spawn!(async { 1 });
}

fn main() {}
