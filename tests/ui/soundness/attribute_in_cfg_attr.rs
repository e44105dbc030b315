//! S0, F11: the same in a condition.
use rejoin::prelude::*;

#[scoped]
#[cfg_attr(all(), inline, tokio::main)]
async fn body() {}

fn main() {}
