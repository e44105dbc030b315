//! A worker waits for the end of a queue that the function which waits for the worker holds open.

use rejoin::prelude::*;

#[scoped]
async fn pool(jobs: &[u32]) {
    let (push, mut queue) = tokio::sync::mpsc::channel(10);
    let worker = spawn!(async move {
        while let Some(job) = queue.recv().await {
            println!("{job}");
        }
    });
    for job in jobs {
        let _ = push.send(*job).await;
    }
    worker.await;
}

fn main() {}
