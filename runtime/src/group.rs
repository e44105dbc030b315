pub(crate) mod guard;
pub(crate) mod join;
pub(crate) mod store;

use std::fmt;
use std::marker::PhantomData;

use crate::call::{Call, Key};
use crate::reason::{Cause, Reason};
use crate::scope::cancel::cancel;
use crate::scope::node::{Kind, Node};
use crate::scope::unit::Unit;
use crate::site::{Origin, Site};
use crate::task::runner::Runner;
use crate::task::slot::Slot;
use crate::task::start::Spec;
use guard::Group;
pub(crate) use guard::{GroupGuard, GroupStore};
use join::{JoinAll, Next, StopAll};
use store::Collect;

/// A group of tasks, made by `let g = task_group!();`.
///
/// The handle is `Copy`: pass it by value to callees, closures and children, who may spawn into
/// it. The children may borrow what was declared before the group. The group itself stays with
/// the block that declared it: the block does not end before every child has.
///
/// ```
/// use rejoin::prelude::*;
///
/// #[scoped]
/// async fn double(n: &u32) -> u32 { n * 2 }
///
/// #[scoped]
/// async fn double_all(numbers: &[u32]) -> Vec<u32> {
///     let group = task_group!();
///     for number in numbers {
///         group.spawn(double(number));
///     }
///     group.join_all().await
/// }
/// assert_eq!(rejoin::block_on(double_all(&[1, 2, 3])).unwrap(), [2, 4, 6]);
/// ```
///
/// A callee that spawns borrowed data says so in its signature:
///
/// ```
/// # use rejoin::prelude::*;
/// use rejoin::TaskGroup;
///
/// #[scoped]
/// async fn double(n: &u32) -> u32 { n * 2 }
///
/// #[scoped]
/// async fn fan_out<'g>(group: TaskGroup<'g, u32>, numbers: &'g [u32]) {
///     for number in numbers {
///         group.spawn(double(number));
///     }
/// }
/// ```
///
/// A group of `()` keeps nothing of a child that has ended.
#[must_use = "a group must be drained or stopped: `g.join_all().await`, `g.stop().await`"]
pub struct TaskGroup<'g, T> {
    store: &'g GroupStore<T>,
    invariant: PhantomData<fn(&'g ()) -> &'g ()>,
}

impl<T> Copy for TaskGroup<'_, T> {}
impl<T> Clone for TaskGroup<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<'g, T: Send> TaskGroup<'g, T> {
    pub(crate) fn new(store: &'g GroupStore<T>) -> Self {
        Self { store, invariant: PhantomData }
    }

    fn group(&self) -> &'g Group<T> {
        match self.store.get() {
            Some(group) => group,
            None => unreachable!("a handle is made after its group"),
        }
    }

    /// Starts a child in parallel. Never waits.
    ///
    /// In a group that was cancelled, stopped or joined nothing is started: the call is dropped
    /// before this returns.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    #[track_caller]
    pub fn spawn<C>(self, call: C)
    where
        C: Call<Output = T>,
        C::Started: Send + 'g,
        T: 'g,
    {
        let group = self.group();
        let spec = Spec::caller();
        // SAFETY: (S7) the child's parent is the group's node, which is the unit of a `GroupState<T>`.
        let sink = unsafe { Collect::below_its_group() };
        let future = call.start(spec.site, Key(()));
        let child = Unit::new(spec.node(Kind::Task, &group.node), Slot::new(future, sink));
        // SAFETY: (S3, S4, S8) the future leaves the slot before `'g` ends: once attached the child
        // is in the list of the group, whose guard lives until then and whose drop returns only
        // when every child in the list is gone; a child that is not attached is destroyed here.
        // The slot keeps no output, and its drop glue touches no future (`slot` invariant 5).
        let node = unsafe { Unit::erase(child) };
        if Node::attach(&group.node, &node).is_some() {
            Runner::spawn(node);
        } else {
            node.payload.abandon(&node.node);
        }
    }

    /// The next output, in the order of completion; `None` when no child is left.
    ///
    /// # Cancel safety
    ///
    /// Safe: an output is taken only when it is returned. It may be used in a `select!`.
    pub fn next(self) -> Next<'g, T> {
        Next::new(self)
    }

    /// Waits for all children; their outputs in the order of spawning. Children that were
    /// cancelled, and so have none, are skipped. Nothing can be spawned into the group afterwards.
    ///
    /// Written `g.join_all().await` by the block that owns the group, it ends the borrows of the
    /// children too.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, no output is lost: they stay in the group.
    pub fn join_all(self) -> JoinAll<Self> {
        JoinAll::new(self)
    }

    /// Asks every child to stop, and refuses new ones. The block that owns the group joins them.
    #[track_caller]
    pub fn cancel_all(self) {
        let origin = Origin::Caller(std::panic::Location::caller());
        let cause = Cause::new(Reason::Requested("cancel_all".into()), origin);
        cancel(&self.group().node.node, Some(cause));
    }

    /// Asks every child to stop and waits until all have unwound; the outputs of those that
    /// produced one all the same, in the order of spawning.
    ///
    /// Written `g.stop().await` by the block that owns the group, it ends the borrows of the
    /// children too.
    ///
    /// # Cancel safety
    ///
    /// Dropped half-way, the children have been asked to stop; the block that owns the group joins
    /// them.
    #[track_caller]
    pub fn stop(self) -> StopAll<Self> {
        StopAll::new(self, Origin::Caller(std::panic::Location::caller()))
    }

    /// How many children there are whose output nobody has taken: running, queued or finished.
    #[must_use]
    pub fn len(self) -> usize {
        self.group().state.len()
    }

    /// Whether [`next`](Self::next) would return `None` at once.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// Where the group was made.
    #[must_use]
    pub fn site(self) -> Site {
        self.group().node.node.origin().site()
    }
}

impl<T> fmt::Debug for TaskGroup<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskGroup").finish_non_exhaustive()
    }
}
