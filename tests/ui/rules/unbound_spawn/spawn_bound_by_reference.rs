use rejoin::prelude::*;

#[scoped]
async fn check() {
    let ref task = spawn!(async { 1 });
    task.name();
}

fn main() {}
