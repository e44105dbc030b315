use rejoin::prelude::*;

#[scoped]
async fn check() {
    tokio::task::spawn(async {});
}

fn main() {}
