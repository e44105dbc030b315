use rejoin::prelude::*;

#[scoped(allow(unresolved_task, reason = "its end is the end of the function"))]
pub async fn check() {
    let _task = spawn!(async { 1 });
}
