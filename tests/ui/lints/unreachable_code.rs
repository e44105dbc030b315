#![deny(unreachable_code)]
use rejoin::prelude::*;

#[scoped]
pub async fn first() -> u32 {
    return 1;
    tokio::task::yield_now().await;
}

#[scoped]
pub async fn second() -> u32 {
    let task = spawn!(async { 1 });
    loop {
        tokio::task::yield_now().await;
    }
    task.await
}

#[scoped]
pub async fn third() {
    defer!({ println!("left") });
    panic!("third");
    println!("never");
}

fn main() {}
