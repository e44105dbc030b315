#![deny(unused_mut)]
use rejoin::prelude::*;

#[scoped]
pub async fn check(mut argument: u32) -> u32 {
    let mut local = 1;
    let task = spawn!(async {
        let mut inside = 2;
        inside
    });
    let mut value = task.await;
    argument + local + value
}

fn main() {}
