use rejoin::prelude::*;

#[scoped(allow(blocking_call))]
async fn check() {
    std::thread::yield_now();
}

fn main() {}
