//! Tasks as branches.

use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::call::Key;
use crate::context;
use crate::point;
use crate::reason::Cause;
use crate::scope::cancel::cancel;
use crate::site::Site;
use crate::task::join::{Child, Knows, poll_ended, take_or_cut};

/// A branch that has taken a task. When the branch loses, the task is stopped, and the branch has
/// unwound when the task has.
pub struct Taken<K, T> {
    child: K,
    site: &'static Site,
    output: PhantomData<fn() -> T>,
}

impl<K: Knows<T>, T> Taken<K, T> {
    pub(super) fn new(child: K, site: &'static Site) -> Self {
        Self { child, site, output: PhantomData }
    }
}

impl<K: Knows<T> + Unpin, T> Future for Taken<K, T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(child) = self.child.child(Key(())) else { return Poll::Pending };
        let own = context::with(|branch| branch.and_then(|branch| branch.own_cause()));
        match own {
            // This branch alone is told to stop, and the task with it.
            Some(Cause { reason, .. }) => {
                cancel(&child.0.node, Some(Cause::new(reason, self.site)));
            }
            // The frame that is being cut joins the task.
            None if point::holds(self.site, cx) => return Poll::Pending,
            None => {}
        }
        if poll_ended(child, cx).is_pending() {
            point::waits(self.site);
            return Poll::Pending;
        }
        take_or_cut(child, self.site)
    }
}

impl<K, T> fmt::Debug for Taken<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taken").field("site", self.site).finish_non_exhaustive()
    }
}

/// A branch that watches a task: ready when the task has ended, whose output stays where it is.
pub struct Watched<'g, T> {
    child: Option<Child<'g, T>>,
    site: &'static Site,
}

impl<'g, T> Watched<'g, T> {
    pub(super) fn new(child: Option<Child<'g, T>>, site: &'static Site) -> Self {
        Self { child, site }
    }
}

impl<T> Future for Watched<'_, T> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if point::holds(self.site, cx) {
            return Poll::Pending;
        }
        let Some(child) = self.child else { return Poll::Pending };
        if poll_ended(child, cx).is_pending() {
            point::waits(self.site);
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl<T> fmt::Debug for Watched<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("site", self.site).finish_non_exhaustive()
    }
}
