use rejoin::prelude::*;

macro_rules! yields {
    () => {
        tokio::task::yield_now().await
    };
}

#[scoped]
pub async fn check() {
    yields!();
    let task = spawn!(async { yields!() });
    yields!();
    task.await
}
