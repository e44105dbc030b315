use rejoin::prelude::*;

#[scoped]
async fn check() {
    join_all!();
}

fn main() {}
