use rejoin::prelude::*;

#[scoped]
async fn check() {
    spawn_blocking!(|| std::fs::remove_file("old"));
}

fn main() {}
