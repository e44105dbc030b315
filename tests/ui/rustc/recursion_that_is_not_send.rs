use rejoin::prelude::*;

use std::rc::Rc;

#[scoped]
async fn down(n: Rc<u32>) -> u32 {
    if *n == 0 { 0 } else { down(Rc::new(*n - 1)).await }
}

fn main() {}
