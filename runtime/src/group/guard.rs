//! The owner of a group and of all its children.
//!
//! # Invariants
//!
//! 1. As `task::guard`: created empty in its final variable, armed there, `'g` invariant (S3).
//! 2. Its drop returns only when every child is gone, and with it every result (S4).

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use super::TaskGroup;
use super::mode::Plain;
use super::options::GroupOptions;
use super::store::GroupState;
use crate::report;
use crate::scope::destroy;
use crate::scope::node::{Kind, Node};
use crate::scope::unit::{NodeRef, Unit};
use crate::task::start::Spec;

/// Where a group's shared part lives, so that handles can be copied freely.
pub struct GroupStore<T, M = Plain> {
    group: OnceLock<(Group<T>, M)>,
}

pub(crate) struct Group<T> {
    pub(super) state: Arc<Unit<GroupState<T>>>,
    pub(super) node: NodeRef,
}

impl<T, M> GroupStore<T, M> {
    /// An empty store.
    pub(crate) const fn new() -> Self {
        Self { group: OnceLock::new() }
    }

    pub(super) fn get(&self) -> Option<&(Group<T>, M)> {
        self.group.get()
    }
}

impl<T, M> fmt::Debug for GroupStore<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupStore").finish_non_exhaustive()
    }
}

/// Owns the children of a group; see `TaskGroup` for what the user sees.
pub struct GroupGuard<'g, T> {
    group: OnceLock<&'g Group<T>>,
    invariant: PhantomData<fn(&'g ()) -> &'g ()>,
}

impl<'g, T> GroupGuard<'g, T> {
    /// An empty guard.
    pub(crate) const fn new() -> Self {
        Self { group: OnceLock::new(), invariant: PhantomData }
    }

    pub(super) fn get(&self) -> Option<&Group<T>> {
        self.group.get().copied()
    }

    pub(crate) fn open<M>(
        &self,
        frame: &NodeRef,
        store: &'g GroupStore<T, M>,
        options: GroupOptions,
        mode: M,
        spec: Spec,
    ) -> TaskGroup<'g, T, M>
    where
        T: Send + 'g,
    {
        let payload = GroupState::new(options, spec.origin);
        let state = Unit::new(spec.node(Kind::Group, frame), payload);
        // SAFETY: (S3, S7, S8) all that may borrow in a group's payload is its results. Children put
        // them there, this guard outlives the children and its drop, before `'g` ends, empties
        // the queue; the drop glue of an empty queue touches nothing.
        let node = unsafe { Unit::erase(state.clone()) };
        let (group, _) = store.group.get_or_init(|| (Group { state, node }, mode));
        let fresh = self.group.set(group).is_ok();
        debug_assert!(fresh, "a guard and a store belong to one group for life");
        Node::attach(frame, &group.node);
        TaskGroup::new(store)
    }
}

impl<T> fmt::Debug for GroupGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupGuard").finish_non_exhaustive()
    }
}

impl<T> Drop for GroupGuard<'_, T> {
    fn drop(&mut self) {
        let Some(group) = self.group.get() else { return };
        let node = &group.node.node;
        let ended = group.state.take_if_ended();
        if ended.is_none() {
            if !std::thread::panicking() && !node.is_in_cancelled() {
                report::task_left(node);
            }
            report::quietly(node.origin(), || destroy::below(node));
        }
        node.detach();
        if let Some(limit) = &group.state.payload.limit {
            limit.clear();
        }
        for result in ended.unwrap_or_else(|| group.state.take_all()) {
            report::drop_quietly(node.origin(), result);
        }
    }
}
