use rejoin::prelude::*;

#[scoped]
async fn check() -> u32 {
    {
        let task = spawn!(async { 1 });
    }
    2
}

fn main() {}
