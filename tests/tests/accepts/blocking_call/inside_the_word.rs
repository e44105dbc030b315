use rejoin::prelude::*;
use std::time::Duration;

#[scoped]
pub async fn check(mut answers: tokio::sync::mpsc::Receiver<u32>) -> Option<u32> {
    let task = spawn_blocking!(move |cancel| {
        while !cancel.is_requested() {
            std::thread::sleep(Duration::from_millis(1));
            if let Some(answer) = answers.blocking_recv() {
                return Some(answer);
            }
        }
        None
    });
    task.await
}
