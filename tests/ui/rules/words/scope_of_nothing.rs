use rejoin::prelude::*;

fn check() {
    let _ = scope!();
}

fn main() {}
