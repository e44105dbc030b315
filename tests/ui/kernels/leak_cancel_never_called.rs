//! A listener is started, and on one of two ways nobody ends it.

use rejoin::prelude::*;

#[scoped]
async fn serve(listen: bool) {
    let listening = spawn!(std::future::pending::<()>());
    if listen {
        tokio::task::yield_now().await;
    } else {
        listening.cancel();
    }
}

fn main() {}
