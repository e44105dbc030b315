#![deny(unused_labels, unused_unsafe, while_true)]
use rejoin::prelude::*;

#[scoped]
pub async fn check() {
    'unused: loop {
        tokio::task::yield_now().await;
        break;
    }
    unsafe {
        tokio::task::yield_now().await;
    }
}

fn main() {}
