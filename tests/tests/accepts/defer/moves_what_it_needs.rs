use rejoin::prelude::*;

#[scoped]
pub async fn check(name: String, list: Vec<u32>) -> u32 {
    defer!({ drop(name) });
    let sum = list.iter().sum();
    defer!({ println!("{sum}") });
    drop(list);
    sum
}
