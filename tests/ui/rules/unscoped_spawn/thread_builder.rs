use rejoin::prelude::*;

#[scoped]
async fn check() {
    std::thread::Builder::new().name("worker".into()).spawn(|| {}).unwrap();
}

fn main() {}
