use rejoin::prelude::*;

#[scoped]
async fn check() {
    join_all!(limit = 3, [async {}]);
}

fn main() {}
