use rejoin::prelude::*;

#[scoped]
async fn check(ids: Vec<u32>) {
    ids.iter().for_each(|id| {
        let task = spawn!(async { 1 });
        let _ = id;
    });
}

fn main() {}
