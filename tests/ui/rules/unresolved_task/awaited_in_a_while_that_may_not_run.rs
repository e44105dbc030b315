use rejoin::prelude::*;

#[scoped]
async fn check(tries: u32) {
    let task = spawn!(async { 1 });
    while tries > 0 {
        task.await;
        break;
    }
}

fn main() {}
