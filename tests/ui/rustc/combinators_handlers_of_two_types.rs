use rejoin::prelude::*;

#[scoped]
async fn one() -> u32 {
    1
}

#[scoped]
async fn picks() -> u32 {
    race! {
        n = one() => n,
        _ = one() => "text",
    }
}

fn main() {}
