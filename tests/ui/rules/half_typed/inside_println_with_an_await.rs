use rejoin::prelude::*;

#[scoped]
async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
async fn check() {
    println!("{} {}", fetch(1).await, fetch(2).);
}

fn main() {}
