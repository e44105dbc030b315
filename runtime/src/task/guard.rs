//! The owner of a child.
//!
//! # Invariants
//!
//! 1. A guard is created empty, in the variable it stays in, and armed there (S3). From then on
//!    its drop returns only when the child is gone (S4).
//! 2. `'e` is invariant and the guard has a destructor, so the borrow checker makes everything
//!    the child borrows outlive the guard (S3).

use std::marker::PhantomData;
use std::sync::Arc;

use super::slot::TaskPayload;
use crate::report;
use crate::scope::destroy;
use crate::scope::unit::Unit;

type Owned<'e, T> = Arc<Unit<dyn TaskPayload<T> + 'e>>;

/// Owns a child; see `Task` for what the user sees.
pub struct Guard<'e, T> {
    child: Option<Owned<'e, T>>,
    invariant: PhantomData<fn(&'e ()) -> &'e ()>,
}

impl<T> std::fmt::Debug for Guard<'_, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

impl<'e, T> Guard<'e, T> {
    /// An empty guard.
    pub(crate) const fn new() -> Self {
        Self { child: None, invariant: PhantomData }
    }

    pub(crate) fn arm(&mut self, child: Owned<'e, T>) {
        debug_assert!(self.child.is_none(), "a guard owns one child for life");
        self.child = Some(child);
    }

    pub(crate) fn owned(&self) -> Option<&Owned<'e, T>> {
        self.child.as_ref()
    }
}

/// Destroys a child's future and then its output, which only its guard may drop (`slot` invariant 4).
pub(crate) fn end<T, P: TaskPayload<T> + ?Sized>(child: &Unit<P>) {
    child.payload.kill(&child.node);
    if let Some(output) = child.payload.take() {
        report::drop_quietly(child.node.origin(), output);
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        let Some(child) = &self.child else { return };
        if !child.payload.is_done() {
            if !std::thread::panicking() && !child.node.is_in_cancelled() {
                report::task_left(&child.node);
            }
            report::quietly(child.node.origin(), || destroy::below(&child.node));
        }
        end(child);
        child.node.detach();
    }
}
