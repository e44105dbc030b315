use rejoin::prelude::*;

#[scoped]
async fn check() {
    let driver = daemon!(std::future::pending());
}

fn main() {}
