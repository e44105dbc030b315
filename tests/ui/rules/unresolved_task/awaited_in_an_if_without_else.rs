use rejoin::prelude::*;

#[scoped]
async fn check(wanted: bool) {
    let task = spawn!(async { 1 });
    if wanted {
        task.await;
    }
}

fn main() {}
