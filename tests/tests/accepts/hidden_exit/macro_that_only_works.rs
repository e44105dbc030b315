use rejoin::prelude::*;

macro_rules! show {
    ($value:expr) => {
        println!("{}", $value)
    };
}

#[scoped]
pub async fn check(list: &[u32]) -> u32 {
    let task = spawn!(async { 1 });
    show!(list.len());
    task.await
}
