#![deny(unused_imports)]
use rejoin::prelude::*;

use std::time::Duration;

#[scoped]
pub async fn check() -> u32 {
    use std::collections::HashMap;
    let task = spawn!(async { 1 });
    task.await
}

fn main() {}
