//! S6: the same for an ordinary `async` block.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let block = async {
        let task = spawn!(async { 1 });
        task.await
    };
    block.await;
}

fn main() {}
