use rejoin::prelude::*;

#[scoped]
async fn check() {
    defer!(println!("left"));
}

fn main() {}
