use rejoin::prelude::*;

#[scoped]
pub async fn serve() -> ! {
    let _task = spawn!(async { 1 });
    daemon!(std::future::pending::<()>());
    loop {
        tokio::task::yield_now().await;
    }
}
