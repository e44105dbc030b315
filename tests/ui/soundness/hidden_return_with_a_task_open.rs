//! S4, F13: a `return` that the attribute cannot see, past a task.
use rejoin::prelude::*;

macro_rules! ensure_that {
    ($condition:expr) => {
        if !$condition {
            return Err("not so")
        }
    };
}

#[scoped]
async fn body() -> Result<u32, &'static str> {
    let task = spawn!(async { 1 });
    ensure_that!(2 < 1);
    Ok(task.await)
}

fn main() {}
