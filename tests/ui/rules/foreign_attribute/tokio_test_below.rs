use rejoin::prelude::*;

#[scoped]
#[tokio::test]
async fn check() {}

fn main() {}
