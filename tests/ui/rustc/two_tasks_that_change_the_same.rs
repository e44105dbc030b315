use rejoin::prelude::*;

#[scoped]
async fn fill(list: &mut Vec<u32>) {
    list.push(1);
}

#[scoped]
async fn check() {
    let mut list = Vec::new();
    let first = spawn!(fill(&mut list));
    let second = spawn!(fill(&mut list));
    first.await;
    second.await;
}

fn main() {}
