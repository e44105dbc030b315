use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    std::mem::forget(task);
}

fn main() {}
