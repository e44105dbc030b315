use rejoin::prelude::*;

#[scoped]
async fn check() {
    let left = defer!({ println!("left") });
}

fn main() {}
