use rejoin::prelude::*;

mod smol {
    pub fn spawn(_: impl Future) {}
}

#[scoped]
async fn check() {
    smol::spawn(async {});
}

fn main() {}
