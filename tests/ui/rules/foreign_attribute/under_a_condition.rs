use rejoin::prelude::*;

#[scoped]
#[cfg_attr(all(), tokio::test)]
async fn check() {}

fn main() {}
