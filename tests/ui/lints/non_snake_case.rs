#![deny(non_snake_case)]
use rejoin::prelude::*;

#[scoped]
pub async fn checkAll(idOfIt: u32) -> u32 {
    let theTask = spawn!(async { idOfIt });
    theTask.await
}

fn main() {}
