#![deny(unused_assignments)]
use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let mut n = 1;
    let task = spawn!(async { 1 });
    n = 2;
    n = task.await;
    n
}

fn main() {}
