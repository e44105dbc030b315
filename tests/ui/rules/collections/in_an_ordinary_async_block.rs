use rejoin::prelude::*;

#[scoped]
async fn check() {
    async { race_ok!([async { Ok::<(), ()>(()) }]).ok() }.await;
}

fn main() {}
