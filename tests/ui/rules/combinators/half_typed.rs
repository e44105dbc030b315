use rejoin::prelude::*;

#[scoped]
async fn one() -> u32 {
    1
}

#[scoped]
async fn no_arrow() -> u32 {
    race! {
        n = one(),
    }
}

#[scoped]
async fn no_comma() -> (u32, u32) {
    join!(one() one())
}

fn main() {}
