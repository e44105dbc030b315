use rejoin::prelude::*;

#[scoped]
async fn check(n: u32) {
    let task = spawn!(async { 1 });
    if n == 0 {
        task.await;
    } else if n == 1 {
        println!("one");
    } else {
        task.cancel();
    }
}

fn main() {}
