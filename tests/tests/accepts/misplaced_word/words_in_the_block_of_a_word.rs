use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let outer = spawn!(async {
        let group = task_group!();
        group.spawn(async {
            let inner = spawn!(async { 1 });
            defer!({
                let last = spawn!(async {});
                last.await
            });
            inner.await
        });
        daemon!(async {
            let beat = spawn!(std::future::pending::<()>());
            beat.await
        });
        group.join_all().await.len() as u32
    });
    outer.await
}
