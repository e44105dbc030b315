use rejoin::prelude::*;

#[scoped]
async fn one() -> u32 {
    1
}

#[scoped]
async fn picks() -> u32 {
    let task = spawn!(one());
    race! {
        n = task => n,
        _ = one() => task.await,
    }
}

fn main() {}
