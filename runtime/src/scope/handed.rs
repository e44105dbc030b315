//! What a boundary keeps for the work that was handed to it by `Scope::spawn`: its first panic.
//!
//! # Invariants
//!
//! 1. A panic is put in before the task that ended by it lets go of the scope. So a scope that is held no
//!    more knows of every panic.
//! 2. It is taken out once, at the scope's end. After that, or after `over`, nothing is put in: the scope was
//!    left by a panic of its own or destroyed, and nobody would take it out.

use std::any::Any;

use super::cancel::cancel;
use super::unit::{NodeRef, Payload, Unit};
use crate::reason::{Cause, Reason};
use crate::report;
use crate::site::Origin;
use crate::sync::Mutex;

pub(crate) struct Handed(Mutex<State>);

enum State {
    Open,
    Panicked(Box<dyn Any + Send>),
    Over,
}

impl Handed {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(State::Open))
    }
}

impl Payload for Handed {
    fn child_panicked(&self, me: &NodeRef, origin: Origin, payload: Box<dyn Any + Send>) {
        let lost = {
            let mut state = self.0.lock();
            match &*state {
                State::Open => {
                    *state = State::Panicked(payload);
                    None
                }
                State::Panicked(_) | State::Over => Some(payload),
            }
        };
        match lost {
            None => {
                cancel(&me.node, Some(Cause::new(Reason::Failed(origin.site()), origin)));
            }
            Some(payload) => report::lost_panic(origin, payload),
        }
    }

    fn take_panic(&self) -> Option<Box<dyn Any + Send>> {
        match std::mem::replace(&mut *self.0.lock(), State::Over) {
            State::Panicked(payload) => Some(payload),
            State::Open | State::Over => None,
        }
    }

    fn over(&self, origin: Origin) {
        if let Some(payload) = self.take_panic() {
            report::lost_panic(origin, payload);
        }
    }
}

/// The scope's body is gone and nobody polls it any more. What was handed to it and has not ended is
/// told to; it unwinds where it is, and `Node::bequeath` makes the scope around wait for it.
#[cold]
pub(crate) fn leave(scope: &Unit<Handed>) {
    scope.payload.over(scope.node.origin());
    for task in scope.node.untold_entries(0) {
        cancel(&task.node, Some(Cause::new(Reason::Left, task.node.origin())));
    }
}
