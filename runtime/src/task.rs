pub(crate) mod guard;
pub(crate) mod join;
pub(crate) mod runner;
pub(crate) mod shutdown;
pub(crate) mod slot;
pub(crate) mod start;
mod state;

use std::fmt;
use std::time::Duration;

use crate::call::Key;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::site::{HANDED_OVER, Origin, Site};
use guard::Guard;
use join::{Child, Join, Knows, Stop, TimeoutJoin};

/// A task started by `spawn!`, as its own body sees it.
///
/// In a scoped body `t.await` gives the task's output; a panic of the task resumes there, and
/// nothing else can come out of it. The handle owns nothing: the block that contains the
/// `spawn!` does, and it does not end before the task has.
///
/// ```
/// use rejoin::prelude::*;
/// use std::time::Duration;
///
/// #[scoped]
/// async fn answer() -> u32 { 42 }
///
/// #[scoped]
/// async fn ask() -> u32 {
///     let quick = spawn!(answer());
///     let slow = spawn!(std::future::pending::<u32>());
///     let late = slow.timeout(Duration::from_millis(1)).await;
///     assert!(late.is_err());
///     quick.await
/// }
/// assert_eq!(rejoin::block_on(ask()).unwrap(), 42);
/// ```
#[must_use = "a task must be awaited or cancelled: `t.await`, `t.stop().await`, `t.cancel()`"]
pub struct Task<'g, T>(pub(crate) Option<Child<'g, T>>);

impl<'g, T> Task<'g, T> {
    pub(crate) fn new(guard: &'g Guard<'_, T>) -> Self {
        Self(guard.child(Key(())))
    }

    /// Where the task was spawned.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let task = spawn!(async { 7 });
    /// assert!(task.site().unwrap().file().ends_with(".rs"));
    /// assert_eq!(task.await, 7);
    /// # })).unwrap();
    /// ```
    #[must_use]
    pub fn site(&self) -> Option<Site> {
        self.0.map(|child| child.0.node.origin().site())
    }

    /// The name given by `spawn!(name = "…", …)`.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let task = spawn!(name = "fetcher", async { 7 });
    /// assert_eq!(task.name().as_deref(), Some("fetcher"));
    /// assert_eq!(task.await, 7);
    /// # })).unwrap();
    /// ```
    #[must_use]
    pub fn name(&self) -> Option<String> {
        self.0.and_then(|child| child.0.node.name()).map(String::from)
    }

    /// Asks the task to stop, and gives up its result.
    ///
    /// It unwinds on its own and is joined, at the latest, at the end of the block it was spawned
    /// in; until then it keeps its borrows. If it fails after this, the error becomes an
    /// [`Event`](crate::Event); a panic travels all the same.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// #[scoped]
    /// async fn faster(hint: Option<u32>) -> u32 {
    ///     let asked = spawn!(std::future::pending::<u32>());
    ///     if let Some(hint) = hint {
    ///         asked.cancel();
    ///         return hint;                    // when `asked` has unwound
    ///     }
    ///     asked.await
    /// }
    /// assert_eq!(rejoin::block_on(faster(Some(7))).unwrap(), 7);
    /// ```
    #[track_caller]
    pub fn cancel(self) {
        let Some(child) = self.0 else { return };
        let origin = Origin::Caller(std::panic::Location::caller());
        cancel(&child.0.node, Some(Cause::new(Reason::Requested("cancel".into()), origin)));
    }

    /// Asks the task to stop and waits until it has unwound: `Some` if it produced its value all
    /// the same.
    ///
    /// Written `t.stop().await`, it ends the task's borrows too.
    ///
    /// # Panics
    ///
    /// With a panic of the task.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, the task has been asked to stop; the block that owns it joins it.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # rejoin::block_on(scope!(async {
    /// let mut count = 0;
    /// let counter = spawn!(async {
    ///     loop {
    ///         count += 1;
    ///         tokio::task::yield_now().await;
    ///     }
    /// });
    /// tokio::task::yield_now().await;
    /// let value: Option<()> = counter.stop().await;
    /// assert_eq!(value, None);
    /// assert!(count > 0);                     // it is ours again
    /// # })).unwrap();
    /// ```
    #[track_caller]
    pub fn stop(self) -> Stop<Self, T> {
        let origin = Origin::Caller(std::panic::Location::caller());
        Stop::new(self, origin, &HANDED_OVER)
    }

    /// Waits for the task; after `limit` it is cancelled, and this returns
    /// [`Cancelled`](crate::Cancelled) when it has unwound. A value it produced in time is returned.
    ///
    /// The time counts from the first poll. Written `t.timeout(limit).await`, it ends the task's
    /// borrows too.
    ///
    /// # Panics
    ///
    /// With a panic of the task; and when it has to wait in a runtime without a time driver.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, nothing is lost but the time limit; the block that owns the task joins it.
    ///
    /// ```
    /// # use rejoin::prelude::*;
    /// # use std::time::Duration;
    /// # rejoin::block_on(scope!(async {
    /// let slow = spawn!(std::future::pending::<u32>());
    /// let late = slow.timeout(Duration::from_millis(1)).await;
    /// assert_eq!(late.unwrap_err().reason(), &rejoin::Reason::Deadline);
    /// # })).unwrap();
    /// ```
    #[track_caller]
    pub fn timeout(self, limit: Duration) -> TimeoutJoin<Self, T> {
        let origin = Origin::Caller(std::panic::Location::caller());
        TimeoutJoin::new(self, limit, origin, &HANDED_OVER)
    }
}

/// So that a handle can be awaited where its own block's `t.await` is out of reach: in a block that
/// is an argument of a word, or below a `defer!`.
impl<T> IntoFuture for Task<'_, T> {
    type Output = T;
    type IntoFuture = Join<Self, T>;

    fn into_future(self) -> Join<Self, T> {
        Join::new(self, &HANDED_OVER)
    }
}

impl<T> fmt::Debug for Task<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("site", &self.site()).finish_non_exhaustive()
    }
}
