use rejoin::prelude::*;

#[scoped]
async fn check() {
    for _ in 0..3 {
        defer!({ break });
    }
}

fn main() {}
