use rejoin::prelude::*;

struct Service;

#[scoped(timeout = std::time::Duration::from_secs(1))]
impl Service {
    async fn check(&self) -> Result<(), std::io::Error> {
        Ok(())
    }
}

fn main() {}
