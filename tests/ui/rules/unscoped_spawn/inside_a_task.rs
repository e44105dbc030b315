use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async {
        tokio::spawn(async {});
    });
    task.await
}

fn main() {}
