use rejoin::prelude::*;

#[scoped]
async fn enabled() -> bool {
    true
}

#[scoped]
async fn check(id: Option<u32>) -> bool {
    matches!(id, Some(_) if enabled().await)
}

fn main() {}
