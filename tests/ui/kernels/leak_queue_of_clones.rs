//! A function gives each of its tasks a sender, and collects until the channel is closed, which its own
//! sender keeps open.

use rejoin::prelude::*;

#[scoped]
async fn collect(numbers: &[u32]) -> u32 {
    let (result, mut results) = tokio::sync::mpsc::channel(10);
    let group = task_group!();
    for number in numbers {
        let result = result.clone();
        group.spawn(async move { result.send(number * 2).await.is_ok() });
    }
    let mut sum = 0;
    while let Some(number) = results.recv().await {
        sum += number;
    }
    group.join_all().await;
    sum
}

fn main() {}
