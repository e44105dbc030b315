use rejoin::prelude::*;

use std::mem;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    mem::forget(task);
}

fn main() {}
