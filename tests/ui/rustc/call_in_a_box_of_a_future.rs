use rejoin::prelude::*;

use std::pin::Pin;

#[scoped]
async fn fetch() -> u32 {
    1
}

fn check() -> Pin<Box<dyn Future<Output = u32>>> {
    Box::pin(fetch())
}

fn main() {}
