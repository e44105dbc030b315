use rejoin::prelude::*;

#[scoped]
pub async fn check(texts: &[String]) -> Result<u32, std::num::ParseIntError> {
    let group = task_group!();
    for text in texts {
        group.spawn(async move { text.parse::<u32>() });
    }
    let mut sum = 0;
    while let Some(done) = group.next().await {
        sum += done?;
    }
    Ok(sum)
}
