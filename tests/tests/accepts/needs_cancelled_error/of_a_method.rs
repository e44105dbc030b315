use rejoin::prelude::*;
use std::time::Duration;

pub struct Service {
    pub limit: Duration,
}

#[scoped]
impl Service {
    #[scoped(timeout = self.limit)]
    pub async fn check(&self, id: u32) -> Result<u32, Cancelled> {
        Ok(id)
    }
}
