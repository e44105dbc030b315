use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> Result<u32, String> {
    Ok(id)
}

#[scoped]
pub async fn check() -> Result<u32, String> {
    let (first, second) = (spawn!(fetch(1)).await?, spawn!(fetch(2)).await);
    let list = vec![spawn!(fetch(3)).await?];
    assert_eq!(spawn!(fetch(4)).await, Ok(4));
    println!("{:?}", spawn!(fetch(5)).await);
    let found = matches!(spawn!(fetch(6)).await, Ok(6));
    let some = Some(spawn!(fetch(7)?).await);
    Ok(first + second? + list[0] + u32::from(found) + some.unwrap_or(0))
}
