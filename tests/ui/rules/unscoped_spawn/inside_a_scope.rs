use rejoin::prelude::*;

fn check() {
    let _ = scope!(async {
        tokio::spawn(async {});
    });
}

fn main() {}
