use std::borrow::Cow;
use std::fmt;

use crate::site::{Origin, Site};

/// Why a scope was cancelled. The first cause wins and stays.
///
/// ```
/// use rejoin::Reason;
/// use std::time::Duration;
///
/// let late = rejoin::scope!(std::future::pending::<()>()).timeout(Duration::ZERO);
/// let cancelled = rejoin::block_on(late).unwrap().unwrap_err();
/// assert_eq!(cancelled.reason(), &Reason::Deadline);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// A time limit or a deadline passed.
    Deadline,
    /// Somebody asked, with this text: [`Canceller::cancel`](crate::Canceller::cancel), a
    /// cancelled `CancellationToken`, or `cancel` and `stop` on a task or a group.
    Requested(Cow<'static, str>),
    /// The process, the runtime or the scope is shutting down.
    Shutdown,
    /// A sibling started at this place failed or panicked.
    Failed(Site),
    /// Another branch of a race was first.
    Lost,
    /// The root was dropped before it ended: the client went away, or an outer `select!` or
    /// `timeout` gave up.
    Abandoned,
    /// The block that started the task was left before the task was awaited.
    Left,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Deadline => f.write_str("its deadline passed"),
            Self::Requested(text) => write!(f, "it was asked to stop ({text})"),
            Self::Shutdown => f.write_str("of a shutdown"),
            Self::Failed(site) => write!(f, "the task started at {site} failed"),
            Self::Lost => f.write_str("another branch of the race was first"),
            Self::Abandoned => f.write_str("nobody waited for it any more"),
            Self::Left => f.write_str("the block that started it was left"),
        }
    }
}

/// A reason together with the place it came from, as stored in the scope that was cancelled.
#[derive(Clone)]
pub(crate) struct Cause {
    pub(crate) reason: Reason,
    pub(crate) origin: Origin,
}

impl Cause {
    pub(crate) fn new(reason: Reason, origin: impl Into<Origin>) -> Self {
        Self { reason, origin: origin.into() }
    }
}
