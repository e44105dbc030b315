use rejoin::prelude::*;

#[scoped]
async fn check() {
    tokio::runtime::Handle::current().spawn(async {});
}

fn main() {}
