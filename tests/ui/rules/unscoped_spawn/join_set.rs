use rejoin::prelude::*;

use tokio::task::JoinSet;

#[scoped]
async fn check() {
    let mut set = JoinSet::new();
    set.spawn(async {});
    set.join_all().await;
}

fn main() {}
