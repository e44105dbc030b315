use rejoin::prelude::*;

use tokio::task;

#[scoped]
async fn check() {
    task::spawn(async {});
}

fn main() {}
