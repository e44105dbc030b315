use rejoin::prelude::*;

#[scoped]
async fn check() {
    let all = || join_all!([async {}]);
    all();
}

fn main() {}
