//! Waiting for a group.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::TaskGroup;
use super::guard::{Group, GroupGuard};
use crate::call::Key;
use crate::context;
use crate::point;
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::site::{HANDED_OVER, Origin, Site};

/// What knows a group: its guard, or a handle to it.
pub trait KnowsGroup {
    #[doc(hidden)]
    type Output: Send;

    #[doc(hidden)]
    fn group(&self, key: Key) -> Option<GroupRef<'_, Self::Output>>;
}

/// A group, borrowed from its guard or its store.
#[doc(hidden)]
pub struct GroupRef<'g, T>(&'g Group<T>);

impl<T> fmt::Debug for GroupRef<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GroupRef({})", self.0.node.node.origin().site())
    }
}

impl<T: Send> KnowsGroup for GroupGuard<'_, T> {
    type Output = T;

    fn group(&self, _: Key) -> Option<GroupRef<'_, T>> {
        self.get().map(GroupRef)
    }
}

impl<T: Send, M> KnowsGroup for TaskGroup<'_, T, M> {
    type Output = T;

    fn group(&self, _: Key) -> Option<GroupRef<'_, T>> {
        Some(GroupRef(TaskGroup::group(self)))
    }
}

/// The future of [`TaskGroup::next`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Next<'g, T, M> {
    group: TaskGroup<'g, T, M>,
}

impl<'g, T, M> Next<'g, T, M> {
    pub(super) fn new(group: TaskGroup<'g, T, M>) -> Self {
        Self { group }
    }
}

impl<T: Send, M> Future for Next<'_, T, M> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let group = self.group.group();
        group.state.poll_next(cx)
    }
}

/// The future of [`TaskGroup::room`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Room<'g, T, M> {
    group: TaskGroup<'g, T, M>,
}

impl<'g, T, M> Room<'g, T, M> {
    pub(super) fn new(group: TaskGroup<'g, T, M>) -> Self {
        Self { group }
    }
}

impl<T: Send, M> Future for Room<'_, T, M> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &self.group.group().state.payload.limit {
            Some(limit) => limit.poll_room(cx),
            None => Poll::Ready(()),
        }
    }
}

/// The future of [`TaskGroup::join_all`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct JoinAll<K> {
    group: K,
    site: &'static Site,
}

impl<K> JoinAll<K> {
    pub(super) fn new(group: K) -> Self {
        Self { group, site: &HANDED_OVER }
    }

    pub(crate) fn owned(group: K, site: &'static Site) -> Self {
        Self { group, site }
    }
}

impl<K: KnowsGroup + Unpin> Future for JoinAll<K> {
    type Output = Vec<K::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        poll_all(&self.group, self.site, cx)
    }
}

/// The future of [`TaskGroup::stop`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct StopAll<K> {
    group: K,
    origin: Origin,
    site: &'static Site,
}

impl<K> StopAll<K> {
    pub(super) fn new(group: K, origin: Origin) -> Self {
        Self { group, origin, site: &HANDED_OVER }
    }

    pub(crate) fn owned(group: K, site: &'static Site) -> Self {
        Self { group, origin: site.into(), site }
    }
}

impl<K: KnowsGroup + Unpin> Future for StopAll<K> {
    type Output = Vec<K::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(group) = self.group.group(Key(()))
            && !context::is_cancelled()
        {
            let cause = Cause::new(Reason::Requested("stop".into()), self.origin);
            cancel(&group.0.node.node, Some(cause));
        }
        poll_all(&self.group, self.site, cx)
    }
}

fn poll_all<K: KnowsGroup>(group: &K, site: &'static Site, cx: &Context<'_>) -> Poll<Vec<K::Output>> {
    if point::holds(site, cx) {
        return Poll::Pending;
    }
    let Some(GroupRef(group)) = group.group(Key(())) else { return Poll::Pending };
    if group.state.poll_closed(cx).is_pending() {
        point::waits(site);
        return Poll::Pending;
    }
    // A child that panicked has cancelled the frame before it counted as ended.
    if context::is_cancelled() {
        context::cut(site);
        return Poll::Pending;
    }
    Poll::Ready(group.state.take_all())
}
