use rejoin::prelude::*;

#[scoped]
trait Service: Sync {
    async fn check(&self, ids: Vec<u32>) -> usize {
        ids.
    }
}

fn main() {}
