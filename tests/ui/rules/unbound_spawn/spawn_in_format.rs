use rejoin::prelude::*;

#[scoped]
async fn check() {
    println!("{:?}", spawn!(async { 1 }));
}

fn main() {}
