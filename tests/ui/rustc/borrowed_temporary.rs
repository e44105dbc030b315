use rejoin::prelude::*;

#[scoped]
async fn length(text: &str) -> usize {
    text.len()
}

#[scoped]
async fn check() -> usize {
    let task = spawn!(length(&String::from("temporary")));
    task.await
}

fn main() {}
