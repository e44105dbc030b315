use rejoin::prelude::*;

#[scoped]
async fn check() {
    let mut tasks = Vec::new();
    for id in 0..3 {
        let task = spawn!(async move { id });
        tasks.push(task);
    }
}

fn main() {}
