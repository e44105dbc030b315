use rejoin::prelude::*;

#[scoped]
pub async fn check(text: &str) -> Result<String, std::num::ParseIntError> {
    let task = spawn!(async { 1 });
    let shown = format!("{}", text.parse::<u32>()?);
    println!("{} {}", text.parse::<u32>()?, task.await);
    let list = vec![text.parse::<u32>()?, 1];
    assert_eq!(list.len(), text.parse::<usize>()?);
    Ok(shown)
}
