//! What the expansion says of groups.

use std::convert::Infallible;

use super::TaskGroup;
use super::guard::{GroupGuard, GroupStore};
use super::join::{JoinAll, KnowsGroup, StopAll};
use super::mode::{FailFast, Plain, Supervised};
use super::options::GroupOptions;
use crate::frame::context::FrameCx;
use crate::site::Site;
use crate::task::start::Spec;

impl<R> FrameCx<'_, R> {
    /// The empty store of a group.
    #[must_use]
    pub const fn group_store<T, M>(self) -> GroupStore<T, M> {
        GroupStore::new()
    }

    /// The empty guard of a group.
    #[must_use]
    pub const fn group_guard<'g, T>(self) -> GroupGuard<'g, T> {
        GroupGuard::new()
    }

    /// `let g = task_group!(…)`.
    pub fn start_group<'g, T: Send + 'g>(
        self,
        store: &'g GroupStore<T, Plain>,
        guard: &GroupGuard<'g, T>,
        options: GroupOptions,
        spec: Spec,
    ) -> TaskGroup<'g, T> {
        guard.open(self.0.frame.node(), store, options, Plain(()), spec)
    }

    /// `let g = task_group!(fail_fast, …)`.
    pub fn start_fail_fast_group<'g, T: Send + 'g, E: 'g>(
        self,
        store: &'g GroupStore<T, FailFast<E>>,
        guard: &GroupGuard<'g, T>,
        options: GroupOptions,
        convert: fn(Result<Infallible, E>) -> R,
        spec: Spec,
    ) -> TaskGroup<'g, T, FailFast<E>>
    where
        R: Send + 'g,
    {
        let mode = FailFast::new(self.0.frame, convert);
        guard.open(self.0.frame.node(), store, options, mode, spec)
    }

    /// `let g = task_group!(supervised, …)`.
    pub fn start_supervised_group<'g, T: Send + 'g>(
        self,
        store: &'g GroupStore<T, Supervised>,
        guard: &GroupGuard<'g, T>,
        options: GroupOptions,
        spec: Spec,
    ) -> TaskGroup<'g, T, Supervised> {
        guard.open(self.0.frame.node(), store, options, Supervised(()), spec)
    }

    /// `g.join_all().await`.
    pub fn join_all<K: KnowsGroup>(self, group: K, site: &'static Site) -> JoinAll<K> {
        JoinAll::owned(group, site)
    }

    /// `g.stop().await`.
    pub fn stop_all<K: KnowsGroup>(self, group: K, site: &'static Site) -> StopAll<K> {
        StopAll::owned(group, site)
    }
}
