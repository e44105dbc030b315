use rejoin::prelude::*;

#[scoped]
async fn check() {
    defer!({
        let task = spawn!(async { 1 });
    });
}

fn main() {}
