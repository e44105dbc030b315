//! What a frame shares with its children: the first failure.
//!
//! # Invariants
//!
//! 1. `failure` is written by children, under its lock, while the frame is alive, and is taken
//!    by the frame. When the frame ends it is empty (S3, S7): what it holds may borrow, and a
//!    reference to the node may live longer.
//! 2. An `R` that is not `Send` is never put in: [`FrameState::fail`] asks for `Send` (S10).

use std::any::Any;
use std::sync::Arc;

use crate::reason::{Cause, Reason};
use crate::report::{self, Event, EventKind};
use crate::scope::cancel::cancel;
use crate::scope::node::Node;
use crate::scope::unit::{NodeRef, Payload, Unit};
use crate::site::Origin;
use crate::sync::Mutex;

pub(crate) struct FrameState<R> {
    failure: Mutex<Option<Failure<R>>>,
}

pub(crate) enum Failure<R> {
    Panic(Origin, Box<dyn Any + Send>),
    Error(Origin, R),
}

// SAFETY: (S10) invariant 2: an `R` that cannot be sent is never inside.
unsafe impl<R> Send for FrameState<R> {}
// SAFETY: (S10) as above; the lock does the rest.
unsafe impl<R> Sync for FrameState<R> {}

impl<R> FrameState<R> {
    pub(crate) fn new() -> Self {
        Self { failure: Mutex::new(None) }
    }

    pub(super) fn has_failure(&self) -> bool {
        self.failure.lock().is_some()
    }

    pub(super) fn take_failure(&self) -> Option<Failure<R>> {
        self.failure.lock().take()
    }

    /// Stores a failure unless there is one that goes before it; returns the one that is lost.
    fn put(&self, failure: Failure<R>) -> Option<Failure<R>> {
        let mut place = self.failure.lock();
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
    pub(crate) fn fail(frame: &NodeRef, state: &Arc<Unit<Self>>, child: &Node, error: R) {
        let origin = child.origin();
        let lost = if child.is_cancelled() || frame.node.is_cancelled() {
            Some(Failure::Error(origin, error))
        } else {
            state.payload.put(Failure::Error(origin, error))
        };
        match lost {
            None => {
                cancel(&frame.node, Some(Cause::new(Reason::Failed(origin.site()), origin)));
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
