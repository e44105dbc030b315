use rejoin::prelude::*;

#[scoped]
async fn check() {
    join_all!([async {}], limit = 1, limit = 2);
}

fn main() {}
