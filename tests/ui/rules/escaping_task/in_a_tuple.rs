use rejoin::prelude::*;

#[scoped]
async fn check() {
    let task = spawn!(async { 1 });
    let named = ("first", task);
    named.1.cancel();
}

fn main() {}
