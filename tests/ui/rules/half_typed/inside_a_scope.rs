use rejoin::prelude::*;

fn check(ids: Vec<u32>) {
    let _ = scope!(async { ids. });
}

fn main() {}
