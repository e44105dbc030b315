use rejoin::prelude::*;

struct Service;

impl Service {
    #[scoped]
    #[tokio::test]
    async fn check() {}
}

fn main() {}
