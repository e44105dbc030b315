//! S1: a scoped call has nothing to poll.
use rejoin::prelude::*;

use std::pin::pin;
use std::task::{Context, Waker};

#[scoped]
async fn watch(data: &[u32]) -> usize {
    data.len()
}

fn main() {
    let mut call = pin!(watch(&[1]));
    let _ = Future::poll(call.as_mut(), &mut Context::from_waker(Waker::noop()));
}
