//! Shutting one task down.

use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::Task;
use super::join::{Knows, poll_within};
use crate::boundary::timer::{Timer, from_now};
use crate::call::Key;
use crate::cancelled::Cancelled;
use crate::point;
use crate::reason::{Cause, Reason};
use crate::scope::notify::notify;
use crate::site::{HANDED_OVER, Origin, Site};

impl<T> Task<'_, T> {
    /// Shuts the task down in two phases: it is given notice, so that its idle waits end
    /// ([`until_shutdown`](crate::ShutdownExt::until_shutdown)), and after `grace` it is cancelled.
    ///
    /// Returns when it has ended: with its value, or with [`Cancelled`], which says at which await it
    /// outlived the grace. Written `t.shutdown(grace).await`, it ends the task's borrows too.
    ///
    /// The time counts from the first poll.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, the notice stays given, but nobody keeps the grace; the block that owns the
    /// task joins it.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[scoped]
    /// async fn program() -> u32 {
    ///     let mut ticks = 0;
    ///     let ticker = spawn!(async {
    ///         let mut tick = tokio::time::interval(Duration::from_millis(1));
    ///         while tick.tick().until_shutdown().await.is_some() {
    ///             ticks += 1;
    ///         }
    ///     });
    ///     tokio::time::sleep(Duration::from_millis(5)).await;
    ///     ticker.shutdown(Duration::from_secs(1)).await.expect("it stops when it is told to");
    ///     ticks
    /// }
    /// assert!(rejoin::block_on(program()).unwrap() > 0);
    /// ```
    #[track_caller]
    pub fn shutdown(self, grace: Duration) -> ShutdownJoin<Self, T> {
        let origin = Origin::Caller(std::panic::Location::caller());
        ShutdownJoin::new(self, grace, origin, &HANDED_OVER)
    }
}

pin_project! {
    /// The future of `t.shutdown(grace).await`.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct ShutdownJoin<K, T> {
        child: K,
        grace: Duration,
        // There once the notice was given.
        #[pin]
        timer: Option<Timer>,
        origin: Origin,
        site: &'static Site,
        output: PhantomData<fn() -> T>,
    }
}

impl<K: Knows<T>, T> ShutdownJoin<K, T> {
    pub(crate) fn new(child: K, grace: Duration, origin: Origin, site: &'static Site) -> Self {
        Self { child, grace, timer: None, origin, site, output: PhantomData }
    }
}

impl<K: Knows<T> + Unpin, T> Future for ShutdownJoin<K, T> {
    type Output = Result<T, Cancelled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if point::holds(this.site, cx) {
            return Poll::Pending;
        }
        let Some(child) = this.child.child(Key(())) else { return Poll::Pending };
        if this.timer.is_none() {
            notify(&child.0.node);
            this.timer.set(Some(Timer::new(Some(from_now(*this.grace)))));
        }
        let cause = Cause::new(Reason::Shutdown, *this.origin);
        poll_within(child, this.timer, *this.grace, cause, this.site, cx)
    }
}
