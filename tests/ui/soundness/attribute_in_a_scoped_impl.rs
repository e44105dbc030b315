//! S0, F11: the same inside of a block that is scoped.
use rejoin::prelude::*;

struct Service;

#[scoped]
impl Service {
    #[tokio::test]
    async fn serve(&self) {}
}

fn main() {}
