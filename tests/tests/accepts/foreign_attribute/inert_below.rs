use rejoin::prelude::*;

#[scoped]
#[inline]
#[must_use = "it costs something"]
#[doc(alias = "test")]
#[cfg(not(any()))]
#[allow(clippy::unused_async, reason = "it may wait one day")]
#[cfg_attr(not(any()), cold)]
#[rustfmt::skip]
/// Checks.
pub async fn check() -> u32 { 1 }
