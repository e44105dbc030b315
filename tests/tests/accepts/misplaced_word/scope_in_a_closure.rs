use rejoin::prelude::*;

#[scoped]
pub async fn check(ids: &[u32]) -> u32 {
    let make = |id: u32| {
        scope!(async move {
            let task = spawn!(async { id });
            task.await
        })
    };
    let mut sum = 0;
    for id in ids {
        sum += make(*id).await;
    }
    sum
}
