use rejoin::prelude::*;

#[scoped]
const async fn check() {}

fn main() {}
