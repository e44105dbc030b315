//! S6: no word where user code could keep what it makes.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let start = || {
        let task = spawn!(async { 1 });
        task
    };
    start();
}

fn main() {}
