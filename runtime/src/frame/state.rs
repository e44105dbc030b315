//! What a frame shares with its children: the first failure.
//!
//! # Invariants
//!
//! 1. `failure` is written by children, under its lock, while the frame is alive, and is taken
//!    by the frame. When the frame ends it is empty (S3, S7): what it holds may borrow, and a
//!    reference to the node may live longer.
//! 2. `failed` is set under that lock before a child that failed has ended, and so before the frame
//!    asks: where it is not set nobody has failed.
//! 3. The unit of a [`FrameNode<R>`] is a `Unit<FrameState<R>>`, its lifetimes apart.
//! 4. An `R` that is not `Send` is never put in: [`FrameState::fail`] asks for `Send` (S10).

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::reason::{Cause, Reason};
use crate::report::{self, Event, EventKind};
use crate::scope::cancel::cancel;
use crate::scope::node::Node;
use crate::scope::unit::{NodeRef, Payload, Unit};
use crate::site::Origin;
use crate::sync::Mutex;

/// A frame's node, with what its children may fail with.
pub(crate) struct FrameNode<R> {
    node: NodeRef,
    // Invariant: a frame that returns what lives long must not be given what does not.
    result: PhantomData<fn(R) -> R>,
}

impl<R> FrameNode<R> {
    /// # Safety
    ///
    /// (S3, S7) The failure store is empty when the lifetimes in `R` end: whoever owns the frame
    /// calls [`FrameState::take_failure`] when its children are gone.
    pub(super) unsafe fn new(node: Node) -> Self {
        let unit = Unit::new(node, FrameState::<R>::new());
        // SAFETY: (S3, S7) the caller's promise; the drop glue of an empty store touches nothing.
        let node = unsafe { Unit::erase(unit) };
        Self { node, result: PhantomData }
    }

    #[inline]
    pub(crate) fn node(&self) -> &NodeRef {
        &self.node
    }

    #[inline]
    pub(super) fn state(&self) -> &FrameState<R> {
        // SAFETY: (S7) invariant 3: `new`, which is the only way to make one, puts such a unit in, `R` is
        // invariant, and the reference lives no longer than this one's hold on it.
        let unit = unsafe { &*Arc::as_ptr(&self.node).cast::<Unit<FrameState<R>>>() };
        &unit.payload
    }
}

impl<R> Clone for FrameNode<R> {
    #[inline]
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), result: PhantomData }
    }
}

pub(crate) struct FrameState<R> {
    failed: AtomicBool,
    failure: Mutex<Option<Failure<R>>>,
}

pub(crate) enum Failure<R> {
    Panic(Origin, Box<dyn Any + Send>),
    Error(Origin, R),
}

// SAFETY: (S10) invariant 4: an `R` that cannot be sent is never inside.
unsafe impl<R> Send for FrameState<R> {}
// SAFETY: (S10) as above; the lock does the rest.
unsafe impl<R> Sync for FrameState<R> {}

impl<R> FrameState<R> {
    pub(crate) fn new() -> Self {
        Self { failed: AtomicBool::new(false), failure: Mutex::new(None) }
    }

    pub(super) fn has_failure(&self) -> bool {
        self.failed.load(Ordering::Acquire) && self.failure.lock().is_some()
    }

    pub(super) fn take_failure(&self) -> Option<Failure<R>> {
        if self.failed.load(Ordering::Acquire) { self.failure.lock().take() } else { None }
    }

    /// Stores a failure unless there is one that goes before it; returns the one that is lost.
    fn put(&self, failure: Failure<R>) -> Option<Failure<R>> {
        let mut place = self.failure.lock();
        self.failed.store(true, Ordering::Release);
        match (&*place, &failure) {
            (None, _) => {
                *place = Some(failure);
                None
            }
            // A panic goes before an error.
            (Some(Failure::Error(..)), Failure::Panic(..)) => place.replace(failure),
            (Some(_), _) => Some(failure),
        }
    }
}

impl<R: Send> FrameState<R> {
    /// A child failed with the function's own error: the function ends with it, if it is first
    /// and nothing else has stopped the function, or the child, before.
    pub(crate) fn fail(frame: &FrameNode<R>, child: &Node, error: R) {
        let origin = child.origin();
        let node = &frame.node().node;
        let lost = if child.is_cancelled() || node.is_cancelled() {
            Some(Failure::Error(origin, error))
        } else {
            frame.state().put(Failure::Error(origin, error))
        };
        match lost {
            None => {
                cancel(node, Some(Cause::new(Reason::Failed(origin.site()), origin)));
            }
            Some(lost) => lost.report(),
        }
    }
}

impl<R> Payload for FrameState<R> {
    fn child_panicked(&self, me: &NodeRef, origin: Origin, payload: Box<dyn Any + Send>) {
        if let Some(lost) = self.put(Failure::Panic(origin, payload)) {
            lost.report();
        }
        cancel(&me.node, Some(Cause::new(Reason::Failed(origin.site()), origin)));
    }
}

impl<R> Failure<R> {
    /// For a failure that cannot be returned any more.
    pub(super) fn report(self) {
        match self {
            Self::Panic(origin, payload) => report::lost_panic(origin, payload),
            Self::Error(origin, error) => {
                let text = std::any::type_name::<R>().to_owned();
                report::emit(&Event::new(EventKind::LostError, origin, text));
                drop(error);
            }
        }
    }
}

/// Sends a panic of a task or of one in a group to the frame that started it.
pub(crate) fn raise(child: &Node, origin: Origin, payload: Box<dyn Any + Send>) {
    match child.parent() {
        Some(parent) => parent.payload.child_panicked(parent, origin, payload),
        None => report::lost_panic(origin, payload),
    }
}
