use rejoin::prelude::*;

fn check() {
    let task = spawn!(async { 1 });
}

fn main() {}
