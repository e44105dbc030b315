use rejoin::prelude::*;

async fn check() {
    join_all!([async {}]);
}

fn main() {}
