use rejoin::prelude::*;

#[scoped]
async fn check() {
    std::thread::spawn(|| {});
}

fn main() {}
