#![allow(while_true)]
use rejoin::prelude::*;

#[scoped]
async fn check(mut count: u32) {
    while true {
        count = count.wrapping_add(1);
    }
}

fn main() {}
