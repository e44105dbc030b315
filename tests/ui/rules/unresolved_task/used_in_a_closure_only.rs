use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    let stop = || task.cancel();
    drop(stop);
}

fn main() {}
