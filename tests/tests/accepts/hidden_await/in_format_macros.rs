use rejoin::prelude::*;

#[scoped]
pub async fn fetch(id: u32) -> u32 {
    id
}

#[scoped]
pub async fn check() -> String {
    let task = spawn!(fetch(1));
    println!("{} {n}", fetch(2).await, n = fetch(3).await);
    eprintln!("{}", fetch(4).await);
    format!("{} {:>1$}", task.await, 5)
}
