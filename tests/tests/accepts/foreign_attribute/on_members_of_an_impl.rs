use rejoin::prelude::*;

pub struct Service;

#[scoped]
impl Service {
    pub const LIMIT: u32 = 3;

    /// Checks.
    #[must_use]
    pub async fn check(&self) -> u32 {
        Self::LIMIT
    }

    #[inline]
    #[must_use]
    pub fn plain(&self) -> u32 {
        Self::LIMIT
    }
}
