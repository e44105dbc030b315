use rejoin::prelude::*;

/// Checks.
#[must_use]
#[inline]
#[cfg(not(any()))]
#[deprecated = "use another"]
#[scoped]
pub async fn check() -> u32 {
    1
}
