use rejoin::prelude::*;

#[scoped]
async fn empty() {
    join!();
    race! {}
}

fn main() {}
