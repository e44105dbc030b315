use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    let outer = spawn!(async {
        let inner = spawn!(async { 1 });
        2
    });
    outer.await
}

fn main() {}
