use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    println!("{:?}", task.name());
}

fn main() {}
