use rejoin::prelude::*;

#[scoped]
#[test]
async fn check() {}

fn main() {}
