use rejoin::prelude::*;

use std::time::Duration;

struct Service;

#[scoped]
impl Service {
    #[scoped(timeout = Duration::from_secs(1))]
    async fn check(&self) -> String {
        String::new()
    }
}

fn main() {}
