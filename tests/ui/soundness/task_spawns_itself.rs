//! S8: the child of a group holds something that borrows from the group's own data.
use rejoin::prelude::*;

#[scoped]
async fn body() {
    let task = spawn!(async { task.await });
    task.await;
}

fn main() {}
