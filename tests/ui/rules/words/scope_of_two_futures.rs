use rejoin::prelude::*;

fn check() {
    let _ = scope!(async { 1 }, async { 2 });
}

fn main() {}
