use rejoin::prelude::*;

#[scoped]
async fn check(known: bool) -> bool {
    let task = spawn!(async { true });
    known || task.await
}

fn main() {}
