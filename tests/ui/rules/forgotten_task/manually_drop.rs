use rejoin::prelude::*;

use std::mem::ManuallyDrop;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    let _kept = ManuallyDrop::new(task);
}

fn main() {}
