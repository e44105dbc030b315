use rejoin::prelude::*;

#[scoped]
static LIMIT: u32 = 5;

fn main() {}
