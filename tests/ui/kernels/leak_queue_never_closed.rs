//! A function collects what its task sends until the channel is closed, and lends the sender.

use rejoin::prelude::*;

#[scoped]
async fn collect(numbers: &[u32]) -> u32 {
    let (result, mut results) = tokio::sync::mpsc::channel(10);
    let doubling = spawn!(async {
        for number in numbers {
            let _ = result.send(number * 2).await;
        }
    });
    let mut sum = 0;
    while let Some(number) = results.recv().await {
        sum += number;
    }
    doubling.await;
    sum
}

fn main() {}
