//! S4, F13, E0695: the same for a `break`.
use rejoin::prelude::*;

macro_rules! leave {
    () => { break };
}

#[scoped]
async fn body() -> u32 {
    loop {
        let task = spawn!(async { 1 });
        leave!();
        task.await;
    }
    2
}

fn main() {}
