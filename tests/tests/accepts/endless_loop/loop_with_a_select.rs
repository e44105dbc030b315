use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    loop {
        tokio::select! {
            () = tokio::task::yield_now() => {}
        }
    }
}
