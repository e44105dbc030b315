use rejoin::prelude::*;

use std::thread;

#[scoped]
async fn check() {
    let worker = thread::spawn(|| 1);
    worker.join().unwrap();
}

fn main() {}
