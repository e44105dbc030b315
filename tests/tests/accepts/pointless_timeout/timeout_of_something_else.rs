use rejoin::prelude::*;
use std::time::Duration;

pub struct Request(Duration);

impl Request {
    pub fn timeout(self, limit: Duration) -> Self {
        Self(self.0 + limit)
    }
}

pub fn timeout(limit: Duration, n: u32) -> u32 {
    limit.as_secs() as u32 + n
}

#[scoped]
pub async fn check(request: Request) -> u32 {
    timeout(request.timeout(Duration::from_secs(1)).0, 1)
}
