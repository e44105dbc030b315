use rejoin::prelude::*;

#[scoped]
async fn check(wanted: bool) -> u32 {
    let task = spawn!(async { 1 });
    if wanted { 2 } else { task.await }
}

fn main() {}
