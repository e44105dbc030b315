#![deny(unused_parens, unused_braces)]
use rejoin::prelude::*;

#[scoped]
pub async fn check() -> u32 {
    let n = (1);
    let task = spawn!(async { (1) });
    let m = { 2 };
    if (n == m) {
        println!("equal");
    }
    task.await
}

fn main() {}
