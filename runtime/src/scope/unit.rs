//! A node together with what it is the node of, in one allocation.

use std::any::Any;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::node::Node;
use crate::report;
use crate::site::Origin;

/// One allocation: the node every part of the tree knows, then the part only its owner knows.
pub(crate) struct Unit<P: ?Sized> {
    pub(crate) node: Node,
    pub(crate) payload: P,
}

/// A node of any kind. Whatever borrows has been erased from the type, see [`Unit::erase`].
pub(crate) type NodeRef = Arc<Unit<dyn Payload>>;

/// What a task is doing.
pub(crate) enum Progress {
    /// It waits to be polled again, or has ended and told how.
    Waits,
    /// A poll is in progress.
    Polled,
    /// The future is gone; it waits for something that was handed to it, and tells then how it ended.
    Ends,
}

/// What the tree asks of a node's owner.
pub(crate) trait Payload: Send + Sync {
    /// Polls the task once. Only tasks are ever asked.
    fn poll_task(&self, _me: &NodeRef, _cx: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    /// Destroys the future on the spot; returns when it is gone and no poll is in progress. The
    /// output is left to the guard. Only tasks have anything to destroy.
    fn kill(&self, _me: &Node) {}

    /// The runner goes away: destroys the future unless the task has ended. Only for tasks.
    fn abandon(&self, _me: &Node) {}

    /// Whether the task or group has ended, so that nothing of it can run or be destroyed any
    /// more. If not, the unit that owns the parent frame is woken when it has.
    fn poll_ended(&self, _me: &Node) -> Poll<()> {
        Poll::Ready(())
    }

    /// Whether a task has ended; asks for no wake-up. Only tasks are ever asked.
    fn has_ended(&self) -> bool {
        false
    }

    /// What the task is doing, at one glance. Only tasks do anything.
    fn progress(&self) -> Progress {
        Progress::Waits
    }

    /// A child ended by this panic, which must travel on.
    fn child_panicked(&self, _me: &NodeRef, origin: Origin, payload: Box<dyn Any + Send>) {
        report::lost_panic(origin, payload);
    }

    /// The panic of something that was handed to this scope. Only boundaries keep one.
    fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        None
    }

    /// The scope is over: a panic that comes now is reported. Only boundaries are ever told.
    fn over(&self, _origin: Origin) {}
}

impl Payload for () {}

/// A reference to a unit, whether the type of its payload is known or not.
pub(crate) trait Held {
    /// The unit, as the one that counts the references knows it.
    fn as_ptr(&self) -> *const Unit<dyn Payload>;
}

impl Held for NodeRef {
    #[inline(always)]
    fn as_ptr(&self) -> *const Unit<dyn Payload> {
        Arc::as_ptr(self)
    }
}

impl<P: Payload + 'static> Held for Arc<Unit<P>> {
    #[inline(always)]
    fn as_ptr(&self) -> *const Unit<dyn Payload> {
        let unit: *const Unit<P> = Arc::as_ptr(self);
        unit
    }
}

impl<P: Payload> Unit<P> {
    #[inline(always)]
    pub(crate) fn new(node: Node, payload: P) -> Arc<Self> {
        Arc::new(Self { node, payload })
    }

    /// Forgets the lifetime of what the payload may contain.
    ///
    /// # Safety
    ///
    /// (S3, S7) A reference returned here may outlive every lifetime in `P`. The caller sees to
    /// it that by the end of those lifetimes each value that may borrow has been moved or dropped
    /// out of the payload, that `P`'s drop glue does not touch the place it stood in, and that no
    /// method of [`Payload`] reads it afterwards.
    ///
    /// Or the lifetimes end because an inline root was forgotten. Then the values stay where they are, and
    /// the caller sees to it that they can be reached through that root alone (S2).
    #[inline(always)]
    pub(crate) unsafe fn erase<'e>(this: Arc<Self>) -> NodeRef
    where
        P: 'e,
    {
        let borrowed: Arc<Unit<dyn Payload + 'e>> = this;
        // SAFETY: (S3, S7) the two types differ in the lifetime bound of the trait object alone,
        // which has no part in their layout; the rest is the caller's promise.
        unsafe { std::mem::transmute::<Arc<Unit<dyn Payload + 'e>>, NodeRef>(borrowed) }
    }
}

impl<P: Payload + 'static> Unit<P> {
    /// The same for a payload that borrows nothing.
    pub(crate) fn share(this: Arc<Self>) -> NodeRef {
        this
    }
}

impl<P: ?Sized> Drop for Unit<P> {
    fn drop(&mut self) {
        // A chain of parents of which this was the last reference is dropped one by one: a chain
        // of 100,000 scopes must not be 100,000 stack frames.
        let mut next = self.node.take_parent();
        while let Some(mut parent) = next {
            // Most parents live on: one load says so, where `get_mut` would lock the counter of weak ones.
            if Arc::strong_count(&parent) > 1 {
                break;
            }
            next = Arc::get_mut(&mut parent).and_then(|unit| unit.node.take_parent());
        }
    }
}
