use rejoin::prelude::*;
use tokio_util::sync::CancellationToken;

#[scoped]
async fn one() -> u32 {
    1
}

#[scoped]
async fn picks(token: CancellationToken) -> u32 {
    race! {
        () = token.cancelled() => 0,
        n = one() => n,
    }
}

fn main() {}
