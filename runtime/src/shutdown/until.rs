use std::fmt;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio::task::coop;

use super::notice::ShuttingDown;
use crate::boundary::{Boundary, Edge};
use crate::cancelled::Cancelled;
use crate::reason::{Cause, Reason};
use crate::scope::node::{Kind, Node};
use crate::scope::unit::NodeRef;
use crate::scoped::Scoped;
use crate::site::Origin;

/// `.until_shutdown()` on any future.
pub trait ShutdownExt: Future + Sized {
    /// Waits for the future, but not when the scope shuts down: then it yields `None`.
    ///
    /// To be put on the waits at which there is nothing in hand: for the next connection, the next
    /// job, the next tick. Everything else goes on until it is done, or the grace of the
    /// [shutdown](crate::Scope::shutdown) has passed.
    ///
    /// A future that is ready is not idle: its value is delivered, shutdown or not. So a queue is
    /// drained, and nothing that was produced is lost. Only a future that has to wait is given up, and
    /// is dropped then.
    ///
    /// Outside of any scope nothing ever shuts down.
    ///
    /// # Cancel safety
    ///
    /// That of the future, which must be one that may be dropped while it waits, as for `select!`.
    ///
    /// # Cost
    ///
    /// Nothing where the future is ready; where it has to wait, a place in a list.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::time::Duration;
    /// use tokio::sync::mpsc;
    ///
    /// #[scoped]
    /// async fn work_off(mut jobs: mpsc::Receiver<u32>) -> u32 {
    ///     let mut done = 0;
    ///     while let Some(Some(job)) = jobs.recv().until_shutdown().await {
    ///         done += job;
    ///     }
    ///     done
    /// }
    ///
    /// #[scoped]
    /// async fn program() -> u32 {
    ///     let (send, jobs) = mpsc::channel(8);
    ///     let worker = spawn!(work_off(jobs));
    ///     for job in [1, 2, 3] {
    ///         let _ = send.send(job).await;
    ///     }
    ///     worker.shutdown(Duration::from_secs(5)).await.unwrap_or(0)
    /// }
    /// assert_eq!(rejoin::block_on(program()).unwrap(), 6);
    /// ```
    fn until_shutdown(self) -> UntilShutdown<Self> {
        UntilShutdown { future: Some(self), notice: ShuttingDown::of(None) }
    }
}

impl<F: Future> ShutdownExt for F {}

/// Whether something that waits is to be given up.
fn is_over(notice: Pin<&mut ShuttingDown>, cx: &mut Context<'_>) -> bool {
    if notice.poll(cx).is_pending() {
        return false;
    }
    if coop::has_budget_remaining() {
        return true;
    }
    // It may wait only because the task has done enough for now: that is no idle wait.
    cx.waker().wake_by_ref();
    false
}

pin_project! {
    /// The future of [`until_shutdown`](ShutdownExt::until_shutdown).
    #[must_use = "futures do nothing unless polled"]
    pub struct UntilShutdown<F> {
        #[pin]
        future: Option<F>,
        #[pin]
        notice: ShuttingDown,
    }
}

impl<F: Future> Future for UntilShutdown<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = match this.future.as_mut().as_pin_mut() {
            Some(future) => future.poll(cx),
            None => panic!("polled after it had ended"),
        };
        match polled {
            Poll::Ready(value) => {
                this.future.set(None);
                Poll::Ready(Some(value))
            }
            Poll::Pending if is_over(this.notice, cx) => {
                this.future.set(None);
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<F> fmt::Debug for UntilShutdown<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UntilShutdown").finish_non_exhaustive()
    }
}

impl<F: Future> Scoped<F> {
    /// Runs the call, but not when the scope shuts down: where it has to wait then, it is cancelled and
    /// unwinds, with all its clean-up, and this yields `None`.
    ///
    /// As [`until_shutdown`](crate::ShutdownExt::until_shutdown) on a future: for calls that are idle
    /// while they wait. A call that is ready all the same delivers its value, and so does one that
    /// produces it while it unwinds.
    ///
    /// ```
    /// use rejoin::prelude::*;
    /// use std::time::Duration;
    ///
    /// #[scoped]
    /// async fn next_order() -> u32 {
    ///     std::future::pending().await
    /// }
    ///
    /// #[scoped]
    /// async fn program() -> Option<u32> {
    ///     let shop = spawn!(async { next_order().until_shutdown().await });
    ///     tokio::task::yield_now().await;
    ///     shop.shutdown(Duration::from_secs(5)).await.unwrap_or(Some(0))
    /// }
    /// assert_eq!(rejoin::block_on(program()).unwrap(), None);
    /// ```
    #[track_caller]
    pub fn until_shutdown(self) -> Scoped<impl Future<Output = Option<F::Output>>> {
        let origin = Location::caller().into();
        let edge = Until { origin, notice: ShuttingDown::of(None) };
        Scoped::from_body(Boundary::new(self.into_body(), edge))
    }
}

pin_project! {
    struct Until {
        origin: Origin,
        #[pin]
        notice: ShuttingDown,
    }
}

impl<T> Edge<T> for Until {
    type Output = Option<T>;

    fn open(self: Pin<&mut Self>, parent: Option<NodeRef>) -> Node {
        Node::inline(Kind::Boundary, self.origin, parent).valued()
    }

    fn poll_cause(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Option<Cause> {
        let this = self.project();
        is_over(this.notice, cx).then(|| Cause::new(Reason::Shutdown, *this.origin))
    }

    fn value(value: T) -> Option<T> {
        Some(value)
    }

    fn cancelled(_: Cancelled) -> Option<Option<T>> {
        Some(None)
    }
}
