//! S6, F4: the same for the tokens of a macro.
use rejoin::prelude::*;

macro_rules! as_is {
    ($($tokens:tt)*) => { $($tokens)* };
}

#[scoped]
async fn body() -> u32 {
    as_is! {
        let task = spawn!(async { 1 });
        task.await
    }
}

fn main() {}
