use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    let task = spawn!(async { 1 });
    task.cancel();
}
