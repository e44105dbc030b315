use rejoin::prelude::*;

async fn check() {
    defer!({ println!("left") });
}

fn main() {}
