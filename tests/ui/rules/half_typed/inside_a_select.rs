use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    tokio::select! {
        n = std::future::ready(1) => n.
    }
}

fn main() {}
