use rejoin::prelude::*;

#[scoped]
async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
async fn check() {
    spawn!(fetch(1));
}

fn main() {}
