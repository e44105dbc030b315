#![deny(unused_variables)]
use rejoin::prelude::*;

#[scoped]
pub async fn check(argument: u32, (left, _right): (u32, u32), #[allow(unused_variables)] fine: u32) {
    let local = 1;
    let task = spawn!(async {
        let inside = 2;
    });
    let value = task.await;
    defer!({
        let deferred = 3;
    });
    let below = 4;
}

fn main() {}
