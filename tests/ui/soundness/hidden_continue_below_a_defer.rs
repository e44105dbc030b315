//! S4, F13, E0267: the same for a `continue` past a clean-up.
use rejoin::prelude::*;

macro_rules! again {
    () => { continue };
}

#[scoped]
async fn body() {
    for _ in 0..3 {
        defer!({ drop(1) });
        again!();
    }
}

fn main() {}
