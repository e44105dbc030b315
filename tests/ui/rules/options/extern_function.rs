use rejoin::prelude::*;

#[scoped]
async extern "C" fn check() {}

fn main() {}
