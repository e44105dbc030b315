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
//! 4. A [`Said`] is null or points to a `'static` site, with [`CUT`] or [`IN_MACRO`] added or not; also one in an [`AtomicSaid`].

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use tokio::time::Instant;

use crate::scope::node::seen::Seen;
use crate::scope::unit::NodeRef;
use crate::site::Site;

/// Why a body returned `Pending`, in one word: nothing if nobody said anything, the site of the await
/// at which it waits for something that will come, or the site of one that was cut.
#[derive(Clone, Copy)]
pub(crate) struct Said(*const Site);

/// Added to the address of a site whose await was cut.
const CUT: usize = 1;
/// Added to that of a macro that waits by itself, and in whose polls nobody says anything.
const IN_MACRO: usize = 1 << 1;

impl Said {
    pub(crate) const NOTHING: Self = Self(ptr::null());

    #[inline]
    fn waits(site: &'static Site) -> Self {
        Self(site)
    }

    #[inline]
    fn cut(site: &'static Site) -> Self {
        Self(ptr::from_ref(site).map_addr(|address| address | CUT))
    }

    #[inline]
    pub(crate) fn is_nothing(self) -> bool {
        self.0.is_null()
    }

    /// Whether it is a macro that waits.
    pub(crate) fn is_in_macro(self) -> bool {
        self.0.addr() & IN_MACRO != 0
    }

    /// The await, and whether it was cut.
    #[inline]
    pub(crate) fn site(self) -> Option<(&'static Site, bool)> {
        let site = self.0.map_addr(|address| address & !(CUT | IN_MACRO));
        // SAFETY: (S9) by invariant 4 the pointer is null or that of a `'static` site.
        let site: &'static Site = unsafe { site.as_ref() }?;
        Some((site, self.0.addr() & CUT != 0))
    }
}

/// A [`Said`] that other threads may look at.
pub(crate) struct AtomicSaid(AtomicPtr<Site>);

impl AtomicSaid {
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    #[inline]
    pub(crate) fn store(&self, said: Said) {
        self.0.store(said.0.cast_mut(), Ordering::Relaxed);
    }

    #[inline]
    pub(crate) fn load(&self) -> Said {
        Said(self.0.load(Ordering::Relaxed))
    }
}

/// Stands for an await of which no site is known.
static SOMEWHERE: Site = Site { function: "", file: "", line: 0, column: 0, text: "" };

/// Stands for an await in a macro the attribute could not see into: it says nothing, so its body
/// is cut from outside.
static HIDDEN: Site = Site { function: "", file: "", line: 0, column: 0, text: "hidden" };

struct Local {
    node: Cell<*const NodeRef>,
    suspension: Cell<Said>,
    armed: Cell<Option<Instant>>,
    number: Cell<u32>,
    woke: Cell<bool>,
}

#[cfg(not(loom))]
thread_local! {
    static LOCAL: Local = const {
        Local { node: Cell::new(ptr::null()), suspension: Cell::new(Said::NOTHING), armed: Cell::new(None), number: Cell::new(0), woke: Cell::new(false) }
    };
}

// Loom's threads share one of the system's.
#[cfg(loom)]
loom::thread_local! {
    static LOCAL: Local =
        Local { node: Cell::new(ptr::null()), suspension: Cell::new(Said::NOTHING), armed: Cell::new(None), number: Cell::new(0), woke: Cell::new(false) };
}

/// Runs `poll` with `node` as the current scope. Returns the site of the await that was cut, if
/// `poll` ended by one.
#[inline]
pub(crate) fn enter<R>(node: &NodeRef, poll: impl FnOnce() -> R) -> (R, Option<&'static Site>) {
    /// Restores on unwinding too (S9).
    struct Restore<'a>(&'a Seen, *const NodeRef, Said);
    impl Drop for Restore<'_> {
        #[inline]
        fn drop(&mut self) {
            LOCAL.with(|local| {
                local.node.set(self.1);
                self.0.end_poll(local.suspension.replace(self.2));
            });
        }
    }

    let seen = &node.node.seen;
    seen.begin_poll();
    let restore =
        LOCAL.with(|local| Restore(seen, local.node.replace(node), local.suspension.replace(Said::NOTHING)));
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
    LOCAL.with(|local| local.suspension.set(Said::cut(site)));
}

/// Says that the body waits for something that will come.
#[inline]
pub(crate) fn waits() {
    waits_at(&SOMEWHERE);
}

/// The same, and at which await.
#[inline]
pub(crate) fn waits_at(site: &'static Site) {
    LOCAL.with(|local| local.suspension.set(Said::waits(site)));
}

/// The same before a macro that waits by itself.
pub(crate) fn waits_in(site: &'static Site) {
    let said = Said(ptr::from_ref(site).map_addr(|address| address | IN_MACRO));
    LOCAL.with(|local| local.suspension.set(said));
}

/// The same for a body that has just been polled below `node` and waits there.
#[inline]
pub(crate) fn waits_below(node: &NodeRef) {
    // Of an await hidden in a macro nobody spoke; the body waits all the same.
    waits_at(node.node.seen.said().site().map_or(&SOMEWHERE, |(site, _)| site));
}

/// After a poll that was pending: the site of the await that was cut, if that is why. Where nobody
/// said anything and the scope is cancelled, an await hidden in a macro is what was cut.
#[inline]
pub(crate) fn was_cut() -> Option<&'static Site> {
    match LOCAL.with(|local| local.suspension.get()).site() {
        Some((site, true)) => Some(site),
        Some((_, false)) => None,
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

/// A task of this crate has been woken on this thread.
#[inline]
pub(crate) fn note_wake() {
    LOCAL.with(|local| local.woke.set(true));
}

/// Whether one has been since this was asked last.
#[inline]
pub(crate) fn take_woken() -> bool {
    LOCAL.with(|local| local.woke.replace(false))
}

/// A number that no other thread has or had, got without the standard library's thread handle,
/// which has a destructor (S4). Never 0.
#[inline]
pub(crate) fn thread_number() -> u32 {
    LOCAL.with(|local| {
        if local.number.get() == 0 {
            local.number.set(next_number());
        }
        local.number.get()
    })
}

#[cold]
fn next_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    if next == 0 {
        // Numbers must not come twice, and four thousand million threads have had theirs.
        std::process::abort();
    }
    next
}
