use rejoin::prelude::*;

fn check() {
    let _ = scope!(async {
        let task = spawn!(async { 1 });
    });
}

fn main() {}
