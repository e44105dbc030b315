use rejoin::prelude::*;

#[scoped]
async fn check() {
    daemon!();
}

fn main() {}
