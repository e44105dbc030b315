use rejoin::prelude::*;

#[scoped]
async fn check() {
    tokio::spawn(async {});
}

fn main() {}
