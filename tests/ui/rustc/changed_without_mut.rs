use rejoin::prelude::*;

#[scoped]
async fn check(list: Vec<u32>) -> usize {
    list.push(1);
    tokio::task::yield_now().await;
    list.len()
}

fn main() {}
