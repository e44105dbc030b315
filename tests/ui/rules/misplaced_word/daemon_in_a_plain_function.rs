use rejoin::prelude::*;

async fn check() {
    daemon!(std::future::pending());
}

fn main() {}
