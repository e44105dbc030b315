use rejoin::prelude::*;

#[scoped]
async fn check(mut tries: u32) {
    let task = spawn!(async { 1 });
    while tries > 0 {
        task.await;
        tries = 0;
        break;
    }
}

fn main() {}
