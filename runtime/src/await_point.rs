//! The wrappers around what a scoped body awaits.
//!
//! A cut body is dropped by the nearest frame, boundary or `defer!` region above it. A body that
//! starts nothing itself is dropped at once, whole, innermost locals first, so its awaits need no
//! more than a check: [`At`], and a callee's bare future. A body with tasks stays suspended while
//! they are joined; so what it awaits is dropped first, in place: [`DroppedFirst`].

use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::call::{Call, Key};
use crate::context;
use crate::point;
use crate::site::Site;

/// `EXPR.await` in a body that starts nothing, before it is a future: asks nothing of EXPR, so that
/// there is one error, at the await, if it cannot be awaited.
#[derive(Debug)]
pub struct Point<C> {
    pub(crate) call: C,
    pub(crate) site: &'static Site,
}

impl<C: Call> IntoFuture for Point<C> {
    type Output = C::Output;
    type IntoFuture = C::Started;

    #[inline]
    fn into_future(self) -> C::Started {
        self.call.start(self.site, Key(()))
    }
}

/// The same in a body with tasks.
#[derive(Debug)]
pub struct FramePoint<C> {
    pub(crate) call: C,
    pub(crate) site: &'static Site,
}

impl<C: Call> IntoFuture for FramePoint<C> {
    type Output = C::Output;
    type IntoFuture = DroppedFirst<C::Started>;

    #[inline]
    fn into_future(self) -> DroppedFirst<C::Started> {
        DroppedFirst::new(self.call.start(self.site, Key(())))
    }
}

pin_project! {
    /// One awaited ordinary future: a cancellation point.
    ///
    /// Before the future is polled the scope's state is checked. If it is cancelled the point
    /// never completes, and the nearest frame sees why. A value that the future produces is
    /// always delivered.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct At<F> {
        #[pin]
        future: F,
        site: &'static Site,
    }
}

impl<F: Future> At<F> {
    #[inline]
    pub(crate) fn new(future: F, site: &'static Site) -> Self {
        Self { future, site }
    }
}

impl<F: Future> Future for At<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if point::holds(this.site, cx) {
            return Poll::Pending;
        }
        let polled = this.future.poll(cx);
        if polled.is_pending() {
            point::waits(this.site);
        }
        polled
    }
}

pin_project! {
    /// What a body with tasks awaits: dropped in place as soon as it was cut, so that a callee's
    /// locals, or a place in a queue, are gone before anything of the caller runs.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct DroppedFirst<F> {
        #[pin]
        future: Option<F>,
    }
}

impl<F: Future> DroppedFirst<F> {
    #[inline]
    pub(crate) fn new(future: F) -> Self {
        Self { future: Some(future) }
    }
}

impl<F: Future> Future for DroppedFirst<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut future = self.project().future;
        let Some(running) = future.as_mut().as_pin_mut() else {
            // Cut before, and still there: its frame is joining what the body started.
            return Poll::Pending;
        };
        let polled = running.poll(cx);
        if polled.is_pending() && context::was_cut().is_some() {
            future.set(None);
        }
        polled
    }
}
