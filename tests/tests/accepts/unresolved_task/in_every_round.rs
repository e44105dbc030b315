use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let mut sum = 0;
    for id in ids {
        let task = spawn!(async move { *id });
        if *id == 0 {
            task.cancel();
            continue;
        }
        if *id == 1 {
            sum += task.await;
            break;
        }
        sum += task.await;
    }
    while sum < 3 {
        let task = spawn!(async { 1 });
        sum += task.await;
    }
    sum
}
