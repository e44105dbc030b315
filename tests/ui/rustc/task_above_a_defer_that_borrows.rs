use rejoin::prelude::*;

#[scoped]
async fn check() -> usize {
    let mut list = vec![1];
    let task = spawn!(async { list.push(2) });
    defer!({ println!("{}", list.len()) });
    task.await;
    1
}

fn main() {}
