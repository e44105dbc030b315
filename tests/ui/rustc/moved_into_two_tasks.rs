use rejoin::prelude::*;

#[scoped]
async fn check(text: String) -> usize {
    let first = spawn!(async move { text.len() });
    let second = spawn!(async move { text.len() });
    first.await + second.await
}

fn main() {}
