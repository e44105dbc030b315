use rejoin::prelude::*;

#[scoped]
async fn check() {
    try_join_all!((0..3).map(|n| async move { n })).ok();
}

fn main() {}
