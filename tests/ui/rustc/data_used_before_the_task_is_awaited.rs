use rejoin::prelude::*;

#[scoped]
async fn fill(list: &mut Vec<u32>) {
    list.push(1);
}

#[scoped]
async fn check() -> usize {
    let mut list = Vec::new();
    let task = spawn!(fill(&mut list));
    list.push(2);
    task.await;
    list.len()
}

fn main() {}
