use rejoin::prelude::*;

#[scoped("check")]
async fn check() {}

fn main() {}
