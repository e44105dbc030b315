use rejoin::prelude::*;

async fn plain() {
    join!(async {}, async {});
}

#[scoped]
async fn in_a_closure() {
    let _later = || race! { _ = async {} => {} };
}

fn main() {}
