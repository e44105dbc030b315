use rejoin::prelude::*;

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    let sum = || std::thread::scope(|scope| scope.spawn(|| list.iter().sum()).join().unwrap_or(0));
    sum()
}
