use rejoin::prelude::*;

#[scoped]
async fn check() {
    try_join_all!([async { Ok::<(), ()>(()) }], size = 3).ok();
}

fn main() {}
