use rejoin::prelude::*;

#[scoped]
async fn check() {
    let later = async {
        daemon!(std::future::pending());
    };
    later.await;
}

fn main() {}
