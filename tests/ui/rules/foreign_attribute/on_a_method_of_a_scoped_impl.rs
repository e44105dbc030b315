use rejoin::prelude::*;

struct Service;

#[scoped]
impl Service {
    #[tokio::test]
    async fn check() {}
}

fn main() {}
