//! S10, F8: a linked error ends the function from another thread.
use rejoin::prelude::*;

use std::rc::Rc;

#[scoped]
async fn body() -> Result<u32, Rc<u32>> {
    let task = spawn!(async { Err::<u32, Rc<u32>>(Rc::new(1)) }?);
    Ok(task.await)
}

fn main() {}
