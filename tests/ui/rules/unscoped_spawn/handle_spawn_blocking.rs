use rejoin::prelude::*;

use tokio::runtime::Handle;

#[scoped]
async fn check() {
    let handle = Handle::current();
    handle.spawn_blocking(|| {});
}

fn main() {}
