use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    let task = spawn!(async { 1 });
    let mut sum = 0;
    for id in list {
        defer!({ println!("left") });
        tokio::select! {
            Ok(n) | Err(n) = std::future::ready(Ok::<u32, u32>(*id)) => {
                if n == 0 || n == 1 {
                    break;
                }
                sum += n;
            }
        }
    }
    sum + task.await
}
