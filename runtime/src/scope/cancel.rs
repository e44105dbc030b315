//! Cancelling a scope: everything below it is told, then everybody concerned is woken.
//!
//! # Invariants
//!
//! 1. The walk is a loop over a list, never a recursion: 100,000 levels are one stack frame.
//! 2. At most one node's lock is held at a time (`node` invariant 2). A child found under its parent's
//!    lock is kept alive by a reference of the walk's own.
//! 3. All wake-ups come after all locks, and after every node has been told: who wakes up sees
//!    the whole region cancelled.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::node::{CANCELLED, Inner, Kind, Node, PEOPLED};
use super::unit::NodeRef;
use crate::observe::hooks;
use crate::reason::Cause;
use crate::report;

/// Cancels `target`, for `cause` of its own or, with `None`, for the one around it. `false` if it
/// was cancelled already: the first cause stays.
///
/// It reaches all work below, but not into shields, and into daemons only when their turn comes.
pub(crate) fn cancel(target: &Node, cause: Option<Cause>) -> bool {
    let told = tell_all(target, cause);
    if told {
        target.wake();
    }
    told
}

/// The same for a part of the task that is polled just now, by code that polls the part next: the
/// task itself needs no wake-up.
pub(crate) fn cancel_from_inside(target: &Node, cause: Cause) -> bool {
    tell_all(target, Some(cause))
}

fn tell_all(target: &Node, cause: Option<Cause>) -> bool {
    let here = std::ptr::from_ref(target.unit_node());
    let mut walk = Walk { todo: Vec::new(), units: Vec::new(), tokens: Vec::new() };
    if !walk.tell(target, cause) {
        return false;
    }
    while let Some(next) = walk.todo.pop() {
        if walk.tell(&next.node, None) {
            if next.node.is_unit() {
                walk.units.push(next);
                continue;
            }
            let unit = Node::unit_of(&next);
            if !walk.units.last().is_some_and(|last| Arc::ptr_eq(last, unit)) {
                walk.units.push(unit.clone());
            }
        }
    }
    hooks::cancelled(target);
    for token in walk.tokens {
        report::quietly(target.origin(), || token.cancel());
    }
    // Deepest first: whoever is polled then finds its children ended.
    for unit in walk.units.iter().rev().filter(|unit| !std::ptr::eq(&raw const unit.node, here)) {
        unit.node.wake();
    }
    true
}

struct Walk {
    todo: Vec<NodeRef>,
    units: Vec<NodeRef>,
    tokens: Vec<CancellationToken>,
}

impl Walk {
    fn tell(&mut self, node: &Node, cause: Option<Cause>) -> bool {
        let Some(cause) = cause else {
            let former = node.set_flags(CANCELLED);
            if former & CANCELLED != 0 {
                // Whoever is below was told with it, or born cancelled.
                return false;
            }
            if former & PEOPLED != 0 {
                self.look(&node.inner());
            }
            return true;
        };
        let mut inner = node.inner();
        let told = node.cancel_with_cause(&mut inner, cause);
        if told {
            self.look(&inner);
        }
        told
    }

    /// Notes who is concerned by a cancellation of the node whose lock is held.
    fn look(&mut self, inner: &Inner) {
        if let Some(token) = inner.rare().and_then(|rare| rare.token.as_ref()) {
            self.tokens.push(token.clone());
        }
        for child in inner.children() {
            let kind = child.node.kind();
            if !kind.is_shield() && kind != Kind::Daemon {
                self.todo.push(child.clone());
            }
        }
    }
}
