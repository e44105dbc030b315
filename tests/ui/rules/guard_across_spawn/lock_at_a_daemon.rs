use rejoin::prelude::*;

use std::sync::Mutex;

#[scoped]
async fn check(count: &Mutex<u32>) {
    let guard = count.lock().unwrap();
    daemon!(std::future::pending());
    println!("{guard}");
}

fn main() {}
