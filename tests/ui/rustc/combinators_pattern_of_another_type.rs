use rejoin::prelude::*;

#[scoped]
async fn one() -> u32 {
    1
}

#[scoped]
async fn picks() -> u32 {
    race! {
        Some(n) = one() => n,
        _ = one() => 0,
    }
}

fn main() {}
