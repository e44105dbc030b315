//! Waiting for a child.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::Task;
use super::guard::Guard;
use super::slot::TaskPayload;
use crate::boundary::timer::{Timer, from_now};
use crate::call::Key;
use crate::cancelled::Cancelled;
use crate::context;
use crate::point;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::node::Node;
use crate::scope::unit::Unit;
use crate::site::{Origin, Site};

/// What knows a child: its guard, or a handle to it.
pub trait Knows<T> {
    #[doc(hidden)]
    fn child(&self, key: Key) -> Option<Child<'_, T>>;
}

/// A child, borrowed from its guard.
#[doc(hidden)]
pub struct Child<'g, T>(pub(crate) &'g Unit<dyn TaskPayload<T> + 'g>);

impl<T> Copy for Child<'_, T> {}
impl<T> Clone for Child<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> fmt::Debug for Child<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Child({})", self.0.node.origin().site())
    }
}

impl<T> Knows<T> for Guard<'_, T> {
    fn child(&self, _: Key) -> Option<Child<'_, T>> {
        self.owned().map(|child| Child(&**child))
    }
}

impl<T> Knows<T> for Task<'_, T> {
    fn child(&self, _: Key) -> Option<Child<'_, T>> {
        self.0
    }
}

/// Pending until the child has ended.
pub(crate) fn poll_ended<T>(child: Child<'_, T>, cx: &Context<'_>) -> Poll<()> {
    let node = &child.0.node;
    if child.0.payload.is_done() {
        return Poll::Ready(());
    }
    let owner = node.parent().map(|parent| std::ptr::from_ref(parent.node.unit_node()));
    let here =
        context::with(|current| current.map(|current| std::ptr::from_ref(current.unit_node())) == owner);
    if !here {
        node.watch(cx);
    }
    child.0.payload.poll_ended(node)
}

/// A child ended without a value. Either it failed, and then its frame is cancelled already; or
/// its runtime is gone, and then nothing in its root can go on.
pub(crate) fn lost(node: &Node, site: &'static Site) {
    if !context::is_cancelled() {
        cancel(node.root(), Some(Cause::new(Reason::Shutdown, site)));
    }
    context::cut(site);
}

/// The output of a child that has ended; of one that has none nobody can go on.
pub(crate) fn take_or_cut<T>(child: Child<'_, T>, site: &'static Site) -> Poll<T> {
    match child.0.payload.take() {
        Some(output) => Poll::Ready(output),
        None => {
            lost(&child.0.node, site);
            Poll::Pending
        }
    }
}

/// Waits for a child until `limit` has passed since the first wait, and then for it to unwind.
pub(crate) fn poll_within<T>(
    child: Child<'_, T>,
    mut timer: Pin<&mut Option<Timer>>,
    limit: Duration,
    cause: Cause,
    site: &'static Site,
    cx: &mut Context<'_>,
) -> Poll<Result<T, Cancelled>> {
    let node = &child.0.node;
    while poll_ended(child, cx).is_pending() {
        if !node.is_cancelled() {
            if timer.is_none() {
                timer.set(Some(Timer::new(Some(from_now(limit)))));
            }
            if timer.as_mut().as_pin_mut().is_some_and(|timer| timer.poll_expired(cx)) {
                cancel(node, Some(cause.clone()));
                continue;
            }
        }
        point::waits(site);
        return Poll::Pending;
    }
    match (child.0.payload.take(), node.own_cause()) {
        (Some(output), _) => Poll::Ready(Ok(output)),
        (None, Some(cause)) if !context::is_cancelled() => {
            Poll::Ready(Err(Cancelled::of(node, cause, node.cut())))
        }
        (None, _) => {
            lost(node, site);
            Poll::Pending
        }
    }
}

/// The future of `t.await`. If the body is cancelled it is cut at once; the frame joins the child.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Join<K, T> {
    child: K,
    site: &'static Site,
    output: PhantomData<fn() -> T>,
}

impl<K: Knows<T>, T> Join<K, T> {
    pub(crate) fn new(child: K, site: &'static Site) -> Self {
        Self { child, site, output: PhantomData }
    }
}

impl<K: Knows<T> + Unpin, T> Future for Join<K, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        if point::holds(self.site, cx) {
            return Poll::Pending;
        }
        let Some(child) = self.child.child(Key(())) else { return Poll::Pending };
        if poll_ended(child, cx).is_pending() {
            point::waits(self.site);
            return Poll::Pending;
        }
        take_or_cut(child, self.site)
    }
}

/// The future of `t.stop().await`: cancels the child and waits until it has unwound.
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Stop<K, T> {
    child: K,
    origin: Origin,
    site: &'static Site,
    output: PhantomData<fn() -> T>,
}

impl<K: Knows<T>, T> Stop<K, T> {
    pub(crate) fn new(child: K, origin: Origin, site: &'static Site) -> Self {
        Self { child, origin, site, output: PhantomData }
    }
}

impl<K: Knows<T> + Unpin, T> Future for Stop<K, T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        if point::holds(self.site, cx) {
            return Poll::Pending;
        }
        let Some(child) = self.child.child(Key(())) else { return Poll::Pending };
        if !child.0.node.is_cancelled() {
            let cause = Cause::new(Reason::Requested("stop".into()), self.origin);
            cancel(&child.0.node, Some(cause));
        }
        if poll_ended(child, cx).is_pending() {
            point::waits(self.site);
            return Poll::Pending;
        }
        // Its panic has cancelled this frame before it ended.
        if context::is_cancelled() {
            context::cut(self.site);
            return Poll::Pending;
        }
        Poll::Ready(child.0.payload.take())
    }
}

pin_project! {
    /// The future of `t.timeout(limit).await`: waits, and after `limit` stops the child.
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct TimeoutJoin<K, T> {
        child: K,
        limit: Duration,
        #[pin]
        timer: Option<Timer>,
        origin: Origin,
        site: &'static Site,
        output: PhantomData<fn() -> T>,
    }
}

impl<K: Knows<T>, T> TimeoutJoin<K, T> {
    pub(crate) fn new(child: K, limit: Duration, origin: Origin, site: &'static Site) -> Self {
        Self { child, limit, timer: None, origin, site, output: PhantomData }
    }
}

impl<K: Knows<T> + Unpin, T> Future for TimeoutJoin<K, T> {
    type Output = Result<T, Cancelled>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if point::holds(this.site, cx) {
            return Poll::Pending;
        }
        let Some(child) = this.child.child(Key(())) else { return Poll::Pending };
        let cause = Cause::new(Reason::Deadline, *this.origin);
        poll_within(child, this.timer, *this.limit, cause, this.site, cx)
    }
}
