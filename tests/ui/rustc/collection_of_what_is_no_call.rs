use rejoin::prelude::*;

#[scoped]
async fn check() {
    join_all!([1, 2, 3]);
}

fn main() {}
