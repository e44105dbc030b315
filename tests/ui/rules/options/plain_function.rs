use rejoin::prelude::*;

#[scoped]
fn check() -> u32 {
    1
}

fn main() {}
