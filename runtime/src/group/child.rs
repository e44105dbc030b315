//! Starting a child of a group, and its end where there is more to it than its result.

use std::sync::Arc;

use tokio::runtime::Handle;

use super::guard::Group;
use super::limit::{Limit, Permit};
use super::starter::Starter;
use super::store::Collect;
use crate::call::{Call, Key};
use crate::frame::state::raise;
use crate::observe::hooks;
use crate::report::{self, EventKind};
use crate::scope::node::{Kind, Node};
use crate::scope::unit::Unit;
use crate::task::slot::{Outcome, Sink, Slot};
use crate::task::start::Spec;

/// A child that is about to be started in a group.
pub(super) struct Start<'a, 'g, T> {
    group: &'g Group<T>,
    spec: Spec,
    turn: Turn<'a>,
}

/// When it may run.
enum Turn<'a> {
    AtOnce,
    /// It has a place.
    Placed(Permit),
    /// When there is a place.
    Later(&'a Arc<Limit>, Option<Handle>),
}

impl<'g, T: Send> Start<'g, 'g, T> {
    /// At once, or when its turn comes.
    ///
    /// # Panics
    ///
    /// In a limited group, outside of a tokio runtime.
    #[track_caller]
    #[inline]
    pub(super) fn queued(group: &'g Group<T>, spec: Spec) -> Self {
        let turn = match &group.state.payload.limit {
            Some(limit) if group.node.node.home().is_some() => Turn::Later(limit, None),
            Some(limit) => Turn::Later(limit, Some(Handle::current())),
            None => Turn::AtOnce,
        };
        Self { group, spec, turn }
    }

    /// At once, or not at all: `None` if the group is full.
    pub(super) fn at_once(group: &'g Group<T>, spec: Spec) -> Option<Self> {
        let turn = match &group.state.payload.limit {
            // A cancelled group is never full: what is spawned there is dropped.
            Some(limit) if !group.node.node.is_cancelled() => Turn::Placed(limit.reserve()?),
            _ => Turn::AtOnce,
        };
        Some(Self { group, spec, turn })
    }

    /// A child whose output is kept as it is.
    #[track_caller]
    pub(super) fn plain<C>(self, call: C)
    where
        C: Call<Output = T>,
        C::Started: Send + 'g,
        T: 'g,
    {
        let future = call.start(self.spec.site, Key(()));
        // SAFETY: (S7) `launch` makes the group's node the child's parent, the unit of a `GroupState<T>`.
        let collect = unsafe { Collect::below_its_group() };
        match self.turn {
            Turn::AtOnce => self.launch(future, collect),
            _ => self.launch(future, Managed { collect, supervised: false }),
        }
    }

    /// A child whose errors have been dealt with by `wrap`.
    #[track_caller]
    pub(super) fn wrapped<C, F>(self, call: C, supervised: bool, wrap: impl FnOnce(C::Started) -> F)
    where
        C: Call,
        F: Future<Output = Option<T>> + Send + 'g,
        T: 'g,
    {
        let future = wrap(call.start(self.spec.site, Key(())));
        // SAFETY: (S7) `launch` makes the group's node the child's parent, the unit of a `GroupState<T>`.
        let collect: Collect<T> = unsafe { Collect::below_its_group() };
        self.launch(future, Managed { collect, supervised });
    }

    #[track_caller]
    fn launch<F, S>(self, future: F, sink: S)
    where
        F: Future + Send + 'g,
        S: Sink<F::Output, Stored = ()> + 'g,
    {
        let parent = &self.group.node;
        let child = Unit::new(self.spec.node(Kind::Task, parent), Slot::new(future, sink));
        // SAFETY: (S3, S4, S8) the future leaves the slot before `'g` ends: once attached the child
        // is in the list of the group, whose guard lives until then and whose drop returns only
        // when every child in the list is gone, queued or not; a child that is not attached is
        // destroyed here. The slot keeps no output, and its drop glue touches no future (`slot`
        // invariant 5).
        let child = unsafe { Unit::erase(child) };
        let attached = match self.turn {
            Turn::AtOnce => Starter::start(parent, child),
            Turn::Placed(permit) => {
                permit.pass_to(&child.node);
                Starter::start(parent, child)
            }
            Turn::Later(limit, runtime) => Node::attach_and(parent, child, |_, child| {
                hooks::started(&child.node);
                child
            })
            .map(|child| limit.admit(&parent.node, child, runtime)),
        };
        if let Err(refused) = attached {
            refused.payload.abandon(&refused.node);
        }
    }
}

/// Puts a child's result into its group, where the group limits its children or supervises them.
struct Managed<T> {
    collect: Collect<T>,
    supervised: bool,
}

impl<T> Managed<T> {
    /// What the child has produced; a panic has gone its way.
    fn value<U>(&self, me: &Node, outcome: Outcome<U>) -> Option<U> {
        match outcome {
            Outcome::Value(value) => Some(value),
            Outcome::Panicked(payload) if self.supervised => {
                report::end_of_panic(EventKind::TaskPanicked, me.origin(), payload);
                None
            }
            Outcome::Panicked(payload) => {
                // Before the child leaves: who waits for the group must find its frame cancelled; and
                // before its place is free, or another child would start.
                raise(me, me.origin(), payload);
                None
            }
            Outcome::Stopped => None,
        }
    }

    fn end(&self, me: &Node, value: Option<T>) {
        // Before the result can be seen: who has taken it may count on the place.
        if let Some(limit) = self.collect.group_of(me).and_then(|group| group.payload.limit.as_ref()) {
            limit.release(me);
        }
        self.collect.leave(me, value);
    }

    /// Only if a panic on its way up, or a hook, has panicked.
    fn ended(&self, me: &Node) {
        if me.is_attached() {
            self.end(me, None);
        }
    }
}

impl<T: Send> Sink<T> for Managed<T> {
    type Stored = ();

    fn complete(&self, me: &Node, outcome: Outcome<T>) -> Option<()> {
        let value = self.value(me, outcome);
        self.end(me, value);
        None
    }

    fn ended(&self, me: &Node) {
        Self::ended(self, me);
    }
}

impl<T: Send> Sink<Option<T>> for Managed<T> {
    type Stored = ();

    fn is_failure(value: &Option<T>) -> bool {
        value.is_none()
    }

    fn complete(&self, me: &Node, outcome: Outcome<Option<T>>) -> Option<()> {
        let value = self.value(me, outcome).flatten();
        self.end(me, value);
        None
    }

    fn ended(&self, me: &Node) {
        Self::ended(self, me);
    }
}
