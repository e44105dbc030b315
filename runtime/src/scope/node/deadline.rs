//! A deadline in one word, because every node has a place for one, and each poll compares some.

use std::sync::OnceLock;
use std::time::Duration;

use tokio::time::Instant;

/// Nanoseconds after [`base`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Deadline(u64);

impl Deadline {
    /// Later than all others.
    pub(crate) const NONE: Self = Self(u64::MAX);

    pub(crate) fn at(instant: Instant) -> Self {
        let nanoseconds = instant.saturating_duration_since(base()).as_nanos();
        Self(u64::try_from(nanoseconds).unwrap_or(u64::MAX - 1).min(u64::MAX - 1))
    }

    pub(crate) fn instant(self) -> Option<Instant> {
        if self == Self::NONE { None } else { base().checked_add(Duration::from_nanos(self.0)) }
    }
}

/// A moment before all deadlines that were not over when they were set.
fn base() -> Instant {
    static BASE: OnceLock<Instant> = OnceLock::new();
    /// A paused clock begins when its runtime is made, which may be long before it sets a deadline.
    const EARLIER: Duration = Duration::from_secs(60 * 60 * 24 * 365);
    *BASE.get_or_init(|| {
        let now = Instant::now();
        now.checked_sub(EARLIER).unwrap_or(now)
    })
}
