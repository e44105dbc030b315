//! The children of a group that nobody has started yet, on a runtime with one thread.
//!
//! There a child that never waits needs no tokio task of its own: a [starter](super::starter) is one, and polls
//! such children one after the other. A child that waits keeps the starter as its task, and as others of its
//! group will wait, too, they get tasks of their own at once from then on.
//!
//! On a runtime with several threads each child gets a task of its own: what workers may take from each other
//! is tokio's business, and a common queue costs them more than it saves.
//!
//! # Invariants
//!
//! 1. A batch is touched only under the lock of the group's node.
//! 2. There is a batch while a starter is committed, which is one at the most: it will look at the queue again
//!    before it goes, and takes along what is in it. So every child is started, or ended, by somebody.
//! 3. A starter and the children of its batch are of one runtime. A child for another one does not get into the queue.

use std::collections::VecDeque;

use tokio::runtime::{Handle, Id, RuntimeFlavor};

use crate::scope::node::Node;
use crate::scope::unit::NodeRef;

pub(crate) struct Batch {
    queue: VecDeque<NodeRef>,
    runtime: Id,
}

/// What becomes of a child that has been attached.
pub(super) enum Admission {
    /// It is to be started in a task of its own.
    AtOnce(NodeRef),
    /// A starter will come to it.
    Queued,
    /// A starter has to be spawned for it.
    First,
}

impl Batch {
    /// Queues `child` of `group`, whose batch is in `place`, unless it should have a task of its own.
    pub(super) fn admit(place: &mut Option<Box<Self>>, group: &Node, child: NodeRef) -> Admission {
        let Ok(runtime) = Handle::try_current() else { return Admission::AtOnce(child) };
        if runtime.runtime_flavor() != RuntimeFlavor::CurrentThread {
            group.set_own_tasks();
            return Admission::AtOnce(child);
        }
        match place {
            Some(batch) if batch.runtime != runtime.id() => Admission::AtOnce(child),
            Some(batch) => {
                batch.queue.push_back(child);
                Admission::Queued
            }
            None => {
                let mut queue = VecDeque::new();
                queue.push_back(child);
                *place = Some(Box::new(Self { queue, runtime: runtime.id() }));
                Admission::First
            }
        }
    }

    /// Moves what is queued in `group` to `more`, which is empty. Whether the starter is committed still: it is
    /// no more when it has the last one, or none.
    pub(super) fn take(group: &Node, more: &mut VecDeque<NodeRef>) -> bool {
        let (over, committed) = group.locked(|inner| {
            let place = inner.batch_mut();
            if let Some(batch) = place {
                std::mem::swap(&mut batch.queue, more);
            }
            if more.len() > 1 { (None, true) } else { (place.take(), false) }
        });
        drop(over);
        committed
    }

    /// A committed starter is over: the others that are queued in `group`, for it to see to.
    pub(super) fn end(group: &Node) -> VecDeque<NodeRef> {
        let over = group.locked(|inner| inner.batch_mut().take());
        over.map_or_else(VecDeque::new, |batch| batch.queue)
    }

    /// Whether children are queued in `group`.
    pub(super) fn is_waiting(group: &Node) -> bool {
        group.locked(|inner| inner.batch_mut().as_ref().is_some_and(|batch| !batch.queue.is_empty()))
    }
}
