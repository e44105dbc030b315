//! The thread-local through which a scope reaches the code below it.
//!
//! # Invariants
//!
//! 1. `node` points to a `NodeRef` that is borrowed by a call to [`enter`] further up this
//!    thread's stack, or is null. `enter` restores the former pointer on every way out.
//! 2. `suspension` belongs to the innermost `enter`: what the part of the body that was last to
//!    return `Pending` said of it. `enter` clears it before a poll and restores it after.
//! 3. Nothing here has a destructor, so the thread-local can be used at any time, also while a
//!    thread ends (S4).

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::time::Instant;

use crate::scope::unit::NodeRef;
use crate::site::Site;

/// Why a body returned `Pending`: `None` if nobody said anything, [`WAITS`] for something that
/// will come, or the site of an await that was cut.
type Suspension = Option<&'static Site>;

static WAITS: Site = Site { function: "", file: "", line: 0, column: 0, text: "waits" };

/// Stands for an await in a macro the attribute could not see into: it says nothing, so its body
/// is cut from outside.
static HIDDEN: Site = Site { function: "", file: "", line: 0, column: 0, text: "hidden" };

struct Local {
    node: Cell<*const NodeRef>,
    suspension: Cell<Suspension>,
    armed: Cell<Option<Instant>>,
    number: Cell<usize>,
}

#[cfg(not(loom))]
thread_local! {
    static LOCAL: Local = const {
        Local { node: Cell::new(ptr::null()), suspension: Cell::new(None), armed: Cell::new(None), number: Cell::new(0) }
    };
}

// Loom's threads share one of the system's.
#[cfg(loom)]
loom::thread_local! {
    static LOCAL: Local =
        Local { node: Cell::new(ptr::null()), suspension: Cell::new(None), armed: Cell::new(None), number: Cell::new(0) };
}

/// Runs `poll` with `node` as the current scope. Returns the site of the await that was cut, if
/// `poll` ended by one.
#[inline]
pub(crate) fn enter<R>(node: &NodeRef, poll: impl FnOnce() -> R) -> (R, Option<&'static Site>) {
    /// Restores on unwinding too (S9).
    struct Restore(*const NodeRef, Suspension);
    impl Drop for Restore {
        #[inline]
        fn drop(&mut self) {
            LOCAL.with(|local| {
                local.node.set(self.0);
                local.suspension.set(self.1);
            });
        }
    }

    let restore = LOCAL.with(|local| Restore(local.node.replace(node), local.suspension.take()));
    let result = poll();
    let cut = was_cut();
    drop(restore);
    (result, cut)
}

/// Calls `visit` with the current node, if there is one.
#[inline]
pub(crate) fn with<R>(visit: impl FnOnce(Option<&NodeRef>) -> R) -> R {
    let node = LOCAL.with(|local| local.node.get());
    // SAFETY: (S9) by invariant 1 a non-null pointer is borrowed by a call to `enter` that has
    // not returned, and the reference made here does not leave `visit`.
    visit(unsafe { node.as_ref() })
}

/// The current node, to keep.
#[inline]
pub(crate) fn current() -> Option<NodeRef> {
    with(|node| node.cloned())
}

/// Whether the current scope is cancelled; `false` outside of any.
#[inline]
pub(crate) fn is_cancelled() -> bool {
    with(|node| node.is_some_and(|unit| unit.node.is_cancelled()))
}

/// Says that the body cannot go on because its scope was cancelled while it waited at `site`.
#[inline]
pub(crate) fn cut(site: &'static Site) {
    LOCAL.with(|local| local.suspension.set(Some(site)));
}

/// Says that the body waits for something that will come.
#[inline]
pub(crate) fn waits() {
    LOCAL.with(|local| local.suspension.set(Some(&WAITS)));
}

/// After a poll that was pending: the site of the await that was cut, if that is why. Where nobody
/// said anything and the scope is cancelled, an await hidden in a macro is what was cut.
#[inline]
pub(crate) fn was_cut() -> Option<&'static Site> {
    match LOCAL.with(|local| local.suspension.get()) {
        Some(site) if ptr::eq(site, &WAITS) => None,
        Some(site) => Some(site),
        None => is_cancelled().then_some(&HIDDEN),
    }
}

/// The earliest deadline for which a timer has been armed during the current poll of this task.
#[inline]
pub(crate) fn armed_deadline() -> Option<Instant> {
    LOCAL.with(|local| local.armed.get())
}

#[inline]
pub(crate) fn set_armed_deadline(deadline: Option<Instant>) {
    LOCAL.with(|local| local.armed.set(deadline));
}

/// A number that no other thread has or had, got without the standard library's thread handle,
/// which has a destructor (S4). Never 0.
#[inline]
pub(crate) fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    LOCAL.with(|local| {
        if local.number.get() == 0 {
            local.number.set(NEXT.fetch_add(1, Ordering::Relaxed));
        }
        local.number.get()
    })
}
