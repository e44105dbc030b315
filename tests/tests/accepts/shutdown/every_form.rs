use std::time::Duration;

use rejoin::prelude::*;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

#[scoped]
async fn serve(listener: TcpListener, grace: Duration) -> Result<usize, std::io::Error> {
    let connections = task_group!();
    while let Some(accepted) = listener.accept().until_shutdown().await {
        let (stream, _) = accepted?;
        connections.spawn(async move { drop(stream) });
    }
    drop(listener);
    let (mut served, since) = (0, tokio::time::Instant::now());
    while let Some(()) = connections.next().await {
        served += 1;
        if since.elapsed() > grace {
            connections.cancel_all();
        }
    }
    Ok(served)
}

#[scoped]
pub async fn check(mut jobs: mpsc::Receiver<u32>, listener: TcpListener) -> Result<u32, std::io::Error> {
    let grace = Duration::from_secs(1);
    let server = spawn!(serve(listener, grace)?);
    let worker = spawn!(async move {
        let mut sum = 0;
        loop {
            let Some(Some(job)) = jobs.recv().until_shutdown().await else { break };
            sum += job;
        }
        sum
    });
    let waits = spawn!(async { rejoin::shutting_down().await });
    daemon!(async {
        let mut tick = tokio::time::interval(Duration::from_secs(1));
        while tick.tick().until_shutdown().await.is_some() {}
    });
    let scope = rejoin::current();
    if scope.is_shutting_down() {
        waits.cancel();
    } else {
        tokio::select! {
            () = scope.shutting_down() => {}
            () = tokio::time::sleep(grace) => {}
        }
        waits.shutdown(grace).await.ok();
    }
    let sum = worker.shutdown(grace / 2).await.unwrap_or_default();
    let served = server.shutdown(grace).await.unwrap_or_default();
    scope!(async { 1 }).until_shutdown().await;
    let _ = rejoin::current().shutdown(grace).await;
    Ok(sum + served as u32)
}

/// Outside of scoped bodies, and on calls that borrow.
pub fn calls(numbers: &[u32]) -> rejoin::Scoped<impl std::future::Future<Output = Option<usize>> + '_> {
    scope!(async { numbers.len() }).until_shutdown()
}

pub async fn plain(mut jobs: mpsc::Receiver<u32>) -> Option<Option<u32>> {
    jobs.recv().until_shutdown().await
}
