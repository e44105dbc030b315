use rejoin::prelude::*;

struct Service;

#[scoped]
impl Service {
    #[scoped(fast)]
    async fn check(&self) {}
}

fn main() {}
