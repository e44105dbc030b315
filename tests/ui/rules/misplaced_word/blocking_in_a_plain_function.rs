use rejoin::prelude::*;

fn check() {
    let _ = spawn_blocking!(|| 1);
}

fn main() {}
