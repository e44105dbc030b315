use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check() -> bool {
    let call = scope!(async {
        let task = spawn!(std::future::pending::<()>());
        task.cancel();
    });
    let call = call.timeout(Duration::from_secs(1));
    call.await.is_ok()
}
