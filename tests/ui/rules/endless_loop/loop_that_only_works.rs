use rejoin::prelude::*;

#[scoped]
async fn check(mut count: u32) {
    loop {
        count = count.wrapping_add(1);
    }
}

fn main() {}
