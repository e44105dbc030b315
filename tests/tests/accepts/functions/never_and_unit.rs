use rejoin::prelude::*;

#[scoped]
pub async fn never() -> ! {
    loop {
        tokio::task::yield_now().await;
    }
}

#[scoped]
pub async fn unit() {}

#[scoped]
#[allow(clippy::unused_unit)]
pub async fn written_unit() -> () {}

#[scoped]
pub async fn check() {
    unit().await;
    written_unit().await;
    let task = spawn!(never());
    task.cancel();
}
