#![deny(unused_must_use)]
use rejoin::prelude::*;

#[scoped]
async fn fetch() -> Result<u32, String> {
    Ok(1)
}

#[must_use]
fn number() -> u32 {
    1
}

#[scoped]
pub async fn check() {
    fetch();
    fetch().await;
    number();
    let task = spawn!(fetch());
    task.await;
    defer!({ number(); });
    fetch().await;
}

fn main() {}
