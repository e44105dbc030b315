use rejoin::prelude::*;

#[scoped]
async fn length(text: &str) -> usize {
    text.len()
}

async fn check(text: String) -> usize {
    let run = rejoin::run(length(&text));
    run.await.unwrap_or_default()
}

fn main() {}
