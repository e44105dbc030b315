use rejoin::prelude::*;

#[scoped]
pub async fn check(n: u32) -> u32 {
    let mut sum = 0;
    if n == 0 {
        let task = spawn!(async { 1 });
        sum += task.await;
    }
    for id in 0..n {
        let task = spawn!(async move { id });
        sum += task.await;
    }
    match n {
        7 => {
            let task = spawn!(async { 1 });
            sum += task.await;
        }
        _ => {}
    }
    sum + {
        let task = spawn!(async { 1 });
        task.await
    }
}
