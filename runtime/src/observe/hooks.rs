//! What happens to tasks and scopes, passed on to the features `metrics` and `tracing`. Without them everything
//! here is empty, so that the places where it happens need not know of them.
//!
//! # Invariants
//!
//! 1. No lock of this crate is held while one of these functions runs, but for `started`: a subscriber is code
//!    of the user's.
//! 2. None of them panics: a panic of a subscriber is swallowed, see `spans`. To count runs no code of the user's.
//! 3. A task is counted as started once, when it is in the tree, and as ended once; one that was refused is
//!    neither.
#![cfg_attr(not(all(feature = "metrics", feature = "tracing")), allow(unused_variables))]

use crate::report::Event;
#[cfg(any(feature = "metrics", feature = "tracing"))]
use crate::scope::node::Kind;
use crate::scope::node::Node;
#[cfg(any(feature = "metrics", feature = "tracing"))]
use crate::site::Site;
use crate::task::slot::Outcome;

#[cfg(feature = "metrics")]
use super::metrics;
#[cfg(feature = "metrics")]
pub(crate) use super::metrics::Tally;
#[cfg(feature = "tracing")]
use super::spans;
#[cfg(feature = "tracing")]
pub(crate) use super::spans::Entered;

/// A task, a root or a labelled scope is about to be put into the tree.
#[inline(always)]
pub(crate) fn made(node: &mut Node) {
    #[cfg(feature = "tracing")]
    spans::open(node);
}

/// A task or a root is in the tree. It is only counted: a lock may be held (see invariant 1).
#[inline(always)]
pub(crate) fn started(node: &Node) {
    #[cfg(feature = "metrics")]
    metrics::started(node.kind());
}

/// Around a poll of what is below a node, and around its destruction.
#[inline(always)]
pub(crate) fn enter(node: &Node) -> Entered {
    #[cfg(feature = "tracing")]
    return spans::enter(node);
    #[cfg(not(feature = "tracing"))]
    Entered
}

/// The future of a task is gone. `failed` tells whether a value is an error that nobody gets as a value.
#[inline(always)]
pub(crate) fn task_ended<T>(me: &Node, outcome: &Outcome<T>, failed: fn(&T) -> bool) {
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    {
        let ended = match outcome {
            Outcome::Value(value) if failed(value) => Ended::Failed,
            Outcome::Value(_) => Ended::Completed,
            Outcome::Panicked(payload) => Ended::Panicked(crate::report::panic_text(&**payload)),
            Outcome::Stopped => Ended::Cancelled(None),
        };
        // One that was refused has no place in the tree, and was never told as started.
        tell(me, &ended, me.is_attached());
    }
}

/// How many scopes up the cause of a cancellation is looked for when a task has ended: each of a chain of
/// 100,000 must not walk to the root.
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(super) const NEAR: usize = 256;

/// How something ended.
#[cfg(any(feature = "metrics", feature = "tracing"))]
#[cfg_attr(not(feature = "tracing"), allow(dead_code, reason = "only events tell the text and the await"))]
pub(super) enum Ended<'a> {
    Completed,
    /// By an error that nobody gets as a value: it ended the function, or was reported.
    Failed,
    /// With this text, where it has one.
    Panicked(Option<&'a str>),
    /// Where it was cut, if more is known of it than what was seen of the node.
    Cancelled(Option<&'static Site>),
}

#[cfg(any(feature = "metrics", feature = "tracing"))]
fn tell(node: &Node, ended: &Ended<'_>, known: bool) {
    #[cfg(feature = "metrics")]
    if known {
        metrics::ended(node, ended);
    }
    #[cfg(feature = "tracing")]
    spans::ended(node, ended, known);
}

/// The end of a root or a scope, which is told once.
#[cfg(any(feature = "metrics", feature = "tracing"))]
pub(crate) struct ScopeEnd(bool);

#[cfg(any(feature = "metrics", feature = "tracing"))]
impl ScopeEnd {
    /// The scope is in the tree.
    #[inline]
    pub(crate) fn begin(node: &Node) -> Self {
        if node.kind() == Kind::Root {
            started(node);
        }
        Self(false)
    }

    /// All in it has ended; the body was cut at this await, if it was.
    #[inline]
    pub(crate) fn told(&mut self, node: &Node, cut: Option<&'static Site>) {
        self.0 = true;
        match cut {
            None => scope_ended(node, &Ended::Completed),
            Some(_) => scope_ended(node, &Ended::Cancelled(cut)),
        }
    }

    /// It is dropped, ended or not.
    #[inline]
    pub(crate) fn over(&mut self, node: &Node) {
        if std::mem::replace(&mut self.0, true) {
            return;
        }
        // By a panic of its own, or destroyed on the spot.
        if std::thread::panicking() {
            scope_ended(node, &Ended::Panicked(None));
        } else {
            scope_ended(node, &Ended::Cancelled(None));
        }
    }
}

#[cfg(any(feature = "metrics", feature = "tracing"))]
fn scope_ended(node: &Node, ended: &Ended<'_>) {
    let root = node.kind() == Kind::Root;
    // Of a part of a task, what concerns itself alone: the rest is told by the task.
    if root || matches!(ended, Ended::Cancelled(Some(_))) && node.has_own_cause() {
        tell(node, ended, root);
    }
    #[cfg(feature = "tracing")]
    spans::close(node);
}

/// A scope was cancelled for a cause of its own, and all below it has been told.
#[inline(always)]
pub(crate) fn cancelled(node: &Node) {
    #[cfg(feature = "tracing")]
    spans::cancelled(node);
}

/// Something that could not be returned to anybody.
#[inline(always)]
pub(crate) fn event(event: &Event) {
    #[cfg(feature = "metrics")]
    metrics::event(event.kind());
    #[cfg(feature = "tracing")]
    spans::event(event);
}

/// Runs `end`, which destroys a task that its runtime has let go of.
#[inline(always)]
pub(crate) fn let_go<R>(end: impl FnOnce() -> R) -> R {
    #[cfg(feature = "metrics")]
    return metrics::let_go(end);
    #[cfg(not(feature = "metrics"))]
    end()
}

#[cfg(not(feature = "tracing"))]
pub(crate) struct Entered;

#[cfg(not(feature = "tracing"))]
impl Entered {
    #[inline(always)]
    pub(crate) fn leave(self) {}
}

#[cfg(not(any(feature = "metrics", feature = "tracing")))]
pub(crate) struct ScopeEnd;

#[cfg(not(any(feature = "metrics", feature = "tracing")))]
impl ScopeEnd {
    #[inline(always)]
    pub(crate) fn begin(node: &Node) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn told(&mut self, node: &Node, cut: Option<&'static crate::site::Site>) {}

    #[inline(always)]
    pub(crate) fn over(&mut self, node: &Node) {}
}

/// What a watchdog has seen in one round.
#[cfg(not(feature = "metrics"))]
pub(crate) struct Tally;

#[cfg(not(feature = "metrics"))]
impl Tally {
    #[inline(always)]
    pub(crate) fn begin(_: super::Watchdog) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn see(&mut self, _: &crate::scope::unit::NodeRef, _: u32) {}

    #[inline(always)]
    pub(crate) fn publish(&self) {}
}
