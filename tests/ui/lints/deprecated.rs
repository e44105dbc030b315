#![deny(deprecated)]
use rejoin::prelude::*;

#[deprecated = "use another"]
#[scoped]
pub async fn old() -> u32 {
    1
}

#[scoped]
pub async fn check() -> u32 {
    let task = spawn!(old());
    task.await
}

fn main() {}
