use rejoin::prelude::*;

#[scoped]
async fn check(ids: Vec<u32>) {
    defer!({ ids. });
}

fn main() {}
