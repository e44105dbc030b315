use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    let task = spawn!(async { 1 });
    let double = |n: u32| -> u32 {
        if n == 0 {
            return 0;
        }
        n * 2
    };
    let later = async {
        tokio::task::yield_now().await;
        if list.is_empty() {
            return Err("empty");
        }
        Ok::<u32, &str>(double(list[0]))
    };
    let moved = async move { list.len() as u32 };
    let fallible = |text: &str| -> Result<u32, std::num::ParseIntError> { Ok(text.parse::<u32>()? + 1) };
    let sum: u32 = list.iter().copied().map(double).filter(|n| *n > 1).sum();
    sum + later.await.unwrap_or_default() + moved.await + fallible("1").unwrap_or_default() + task.await
}
