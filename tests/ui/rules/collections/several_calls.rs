use rejoin::prelude::*;

#[scoped]
async fn check() {
    join_all!(async { 1 }, async { 2 });
}

fn main() {}
