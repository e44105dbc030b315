use rejoin::prelude::*;

#[scoped]
async fn check(ids: &[u32]) {
    for id in ids {
        let task = spawn!(async move { *id });
    }
}

fn main() {}
