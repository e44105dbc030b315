//! S4, F13: the same for a `?`.
use rejoin::prelude::*;

macro_rules! value_of {
    ($name:ident) => { $name? };
}

#[scoped]
async fn body() -> Result<u32, &'static str> {
    let found: Result<u32, &'static str> = Err("none");
    let task = spawn!(async { 1 });
    let value = value_of!(found);
    Ok(task.await + value)
}

fn main() {}
