use rejoin::prelude::*;

#[scoped]
pub async fn check(wanted: bool) -> bool {
    let first = spawn!(async { true });
    let second = spawn!(async { true });
    if first.await && wanted {
        second.await
    } else {
        second.cancel();
        !wanted
    }
}
