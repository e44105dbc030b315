//! Closing a connection waits for the end of the loop that reads it, and is called by that loop.
//! A task does not have its own handle.

use rejoin::prelude::*;
use tokio::sync::mpsc;

#[scoped]
async fn dispatch(mut inbox: mpsc::Receiver<u32>) {
    let reading = spawn!(async move {
        while let Some(message) = inbox.recv().await {
            if message == 0 {
                reading.await;
            }
        }
    });
    reading.await;
}

fn main() {}
