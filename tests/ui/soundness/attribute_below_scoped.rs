//! S0, F11: an attribute below would be given the expansion.
use rejoin::prelude::*;

#[scoped]
#[tokio::main]
async fn body() {}

fn main() {}
