use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    let slot = Some(task);
    drop(slot);
}

fn main() {}
