use rejoin::prelude::*;
use std::collections::BTreeMap;

#[scoped]
pub async fn parse<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.parse::<T>().ok()
}

#[scoped]
pub async fn check() -> usize {
    let number: Option<u32> = parse("1").await;
    let other = parse::<u64>("2").await;
    let task: Task<'_, Option<i8>> = spawn!(parse::<i8>("3"));
    let third = task.await;
    let map = BTreeMap::<u32, Vec<u64>>::new();
    let list = (0..3).collect::<Vec<_>>();
    map.len()
        + list.len()
        + number.map_or(0, |n| n as usize)
        + usize::from(other.is_some() && third.is_some())
}
