use rejoin::prelude::*;

struct Service;

#[scoped]
impl Service {
    async fn check(&self, ids: Vec<u32>) -> usize {
        ids.
    }

    async fn other(&self) -> usize {
        self.check(vec![1]).await
    }
}

fn main() {}
