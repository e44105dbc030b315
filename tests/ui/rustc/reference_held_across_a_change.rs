use rejoin::prelude::*;

#[scoped]
async fn check(list: &mut Vec<u32>) -> u32 {
    let first = &list[0];
    list.push(1);
    tokio::task::yield_now().await;
    *first
}

fn main() {}
