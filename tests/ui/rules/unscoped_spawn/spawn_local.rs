use rejoin::prelude::*;

#[scoped]
async fn check() {
    tokio::task::spawn_local(async {});
}

fn main() {}
