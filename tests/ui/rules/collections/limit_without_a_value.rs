use rejoin::prelude::*;

#[scoped]
async fn check() {
    join_all!([async {}], limit);
}

fn main() {}
