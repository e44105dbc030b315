//! S10: what a clean-up holds decides, too.
use rejoin::prelude::*;

use std::cell::Cell;
use std::rc::Rc;

#[scoped]
async fn body() {
    let count = Rc::new(Cell::new(0));
    defer!({ count.set(1) });
    std::future::ready(()).await;
}

fn main() {
    drop(rejoin::run(body()));
}
