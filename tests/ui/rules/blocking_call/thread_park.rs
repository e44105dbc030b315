use rejoin::prelude::*;

#[scoped]
async fn check() {
    std::thread::park();
}

fn main() {}
