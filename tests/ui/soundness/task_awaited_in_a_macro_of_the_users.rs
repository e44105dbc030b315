//! S5, S6, F4: nor is a task awaited there.
use rejoin::prelude::*;

macro_rules! as_is {
    ($($tokens:tt)*) => { $($tokens)* };
}

#[scoped]
async fn body() -> u32 {
    let task = spawn!(async { 1 });
    as_is!(task.await)
}

fn main() {}
