use rejoin::prelude::*;

#[scoped]
async fn number() -> (u32, u32) {
    join!(std::future::ready(1), 2)
}

#[scoped]
async fn in_a_race(n: u32) -> u32 {
    race! {
        n = n => n,
        n = std::future::ready(1) => n,
    }
}

fn main() {}
