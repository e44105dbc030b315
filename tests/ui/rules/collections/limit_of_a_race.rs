use rejoin::prelude::*;

#[scoped]
async fn check() {
    race_ok!([async { Ok::<(), ()>(()) }], limit = 3).ok();
}

fn main() {}
