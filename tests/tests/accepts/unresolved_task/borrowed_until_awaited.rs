use rejoin::prelude::*;

#[scoped]
pub async fn fill(list: &mut Vec<u32>) {
    list.push(1);
}

#[scoped]
pub async fn check() -> Vec<u32> {
    let mut list = Vec::new();
    let task = spawn!(fill(&mut list));
    task.await;
    list.push(2);
    let task = spawn!(fill(&mut list));
    task.stop().await;
    list
}
