use rejoin::prelude::*;

#[scoped]
pub async fn check(text: &str) -> Result<u32, std::num::ParseIntError> {
    let task = spawn!(async { 1 });
    loop {
        tokio::select! {
            biased;
            n = std::future::ready(1), if !text.is_empty() => {
                if text.parse::<u32>()? == n {
                    break;
                }
            }
            () = tokio::task::yield_now() => continue,
        }
    }
    Ok(task.await)
}
