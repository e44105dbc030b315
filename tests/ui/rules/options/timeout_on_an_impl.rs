use rejoin::prelude::*;

use std::time::Duration;

struct Service;

#[scoped(timeout = Duration::from_secs(1))]
impl Service {
    async fn check(&self) -> Result<(), std::io::Error> {
        Ok(())
    }
}

fn main() {}
