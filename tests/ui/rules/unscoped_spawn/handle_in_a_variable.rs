use rejoin::prelude::*;

use tokio::runtime::Handle;

#[scoped]
async fn check() {
    let handle = Handle::current();
    handle.spawn(async {});
}

fn main() {}
