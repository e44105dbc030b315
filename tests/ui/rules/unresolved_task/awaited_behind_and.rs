use rejoin::prelude::*;

#[scoped]
async fn check(wanted: bool) -> bool {
    let task = spawn!(async { true });
    wanted && task.await
}

fn main() {}
