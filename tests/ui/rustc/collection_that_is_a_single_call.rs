use rejoin::prelude::*;

#[scoped]
async fn work() -> u32 {
    1
}

#[scoped]
async fn check() {
    let numbers: Vec<u32> = join_all!(work());
    drop(numbers);
}

fn main() {}
