//! A loop that is told to stop leaves while a request of it is under way, whose result is taken by
//! nobody.

use rejoin::prelude::*;
use tokio::sync::Notify;

#[scoped]
async fn closed_loop(stop: &Notify) {
    loop {
        let (done, is_done) = tokio::sync::oneshot::channel();
        let request = spawn!(async move { done.send(true).is_ok() });
        tokio::select! {
            () = stop.notified() => return,
            _ = is_done => {}
        }
        request.await;
    }
}

fn main() {}
