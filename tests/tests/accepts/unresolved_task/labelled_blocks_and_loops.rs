use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let mut sum = 'sum: {
        let task = spawn!(async { 1 });
        if ids.is_empty() {
            break 'sum task.await;
        }
        task.await + 1
    };
    'outer: for id in ids {
        let task = spawn!(async { 1 });
        loop {
            if *id == 0 {
                sum += task.await;
                continue 'outer;
            }
            break;
        }
        sum += task.stop().await.unwrap_or_default();
    }
    sum
}
