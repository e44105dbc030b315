//! The thread-local through which a scope reaches the code below it.
//!
//! # Invariants
//!
//! 1. `current` points to an [`Entered`] further up this thread's stack, which stays where it is, or is null; its
//!    unit is that of an [`Arc`] that is borrowed as long. The end of an `Entered` restores the former pointer, on
//!    every way out.
//! 2. `suspension` belongs to the innermost `Entered`: what the part of the body that was last to
//!    return `Pending` said of it. `Entered` clears it before a poll and restores it after, or leaves there what
//!    is said of the body around.
//! 3. Nothing here has a destructor, so the thread-local can be used at any time, also while a
//!    thread ends (S4).
//! 4. A [`Said`] is null or points to a `'static` site, with one of [`CUT`], [`IN_MACRO`] and [`UNSAID`] added or not;
//!    also one in an [`AtomicSaid`].

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};
use std::task::Poll;

use crate::scope::node::Node;
use crate::scope::node::deadline::Deadline;
use crate::scope::unit::{Held, NodeRef, Payload, Unit};
use crate::site::Site;

/// Why a body returned `Pending`, in one word: nothing if nobody said anything, the site of the await
/// at which it waits for something that will come, or the site of one that was cut.
#[derive(Clone, Copy)]
pub(crate) struct Said(*const Site);

/// Added to the address of a site whose await was cut.
const CUT: usize = 1;
/// Added to that of a macro that waits by itself, and in whose polls nobody says anything.
const IN_MACRO: usize = 1 << 1;
/// The poll said nothing: it ended at an await hidden in a macro. Added to what was said before.
const UNSAID: usize = CUT | IN_MACRO;
/// All of them. What has none waits at an await that says so itself.
const MARKS: usize = UNSAID;
const _: () = assert!(align_of::<Site>() > MARKS);

impl Said {
    pub(crate) const NOTHING: Self = Self(ptr::without_provenance(UNSAID));

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
        self.marks() == UNSAID
    }

    #[inline]
    fn marks(self) -> usize {
        self.0.addr() & MARKS
    }

    /// What is known after a poll that said nothing, where this was said last.
    pub(crate) fn unsaid(self) -> Self {
        // A macro that waits says so once, and its polls say nothing.
        if self.is_in_macro() { self } else { Self(self.0.map_addr(|address| address | UNSAID)) }
    }

    /// Whether it is an await that waits, and says so itself.
    #[inline]
    fn is_plain(self) -> bool {
        self.marks() == 0
    }

    /// Whether it is a macro that waits.
    pub(crate) fn is_in_macro(self) -> bool {
        self.marks() == IN_MACRO
    }

    /// The await, and whether it was cut.
    #[inline]
    pub(crate) fn site(self) -> Option<(&'static Site, bool)> {
        let site = self.0.map_addr(|address| address & !MARKS);
        // SAFETY: (S9) by invariant 4 the pointer is null or that of a `'static` site.
        let site: &'static Site = unsafe { site.as_ref() }?;
        Some((site, self.marks() == CUT))
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

// In this order, so that no two words beside each other are saved at each poll: they would be read as
// one, and to read as one what was written as two makes the processor wait.
#[repr(C)]
struct Local {
    current: Cell<*const Entered<'static>>,
    armed: Cell<Deadline>,
    suspension: Cell<Said>,
    number: Cell<u32>,
}

impl Local {
    const fn new() -> Self {
        Self {
            current: Cell::new(ptr::null()),
            armed: Cell::new(Deadline::NONE),
            suspension: Cell::new(Said::NOTHING),
            number: Cell::new(0),
        }
    }
}

#[cfg(not(loom))]
thread_local! {
    static LOCAL: Local = const { Local::new() };
}

// Loom's threads share one of the system's.
#[cfg(loom)]
loom::thread_local! {
    static LOCAL: Local = Local::new();
}

/// Runs `poll` with `unit` as the current scope. Returns the site of the await that was cut, if
/// `poll` ended by one.
#[inline]
pub(crate) fn enter<R>(unit: &NodeRef, poll: impl FnOnce() -> R) -> (R, Option<&'static Site>) {
    let entered = Entered::new(unit);
    entered.begin();
    let result = poll();
    (result, was_cut())
}

/// A poll below a node. Its end restores what was before, on unwinding too (S9).
///
/// It stands on the stack of whoever polls, and the thread-local points to it: one word to be changed.
struct Entered<'a> {
    unit: *const Unit<dyn Payload>,
    outer: *const Entered<'static>,
    /// What is said of the body around then.
    around: Cell<Said>,
    held: PhantomData<&'a NodeRef>,
}

impl<'a> Entered<'a> {
    /// To be followed by [`begin`](Self::begin) when it stands where it stays.
    #[inline(always)]
    fn new(unit: &'a impl Held) -> Self {
        LOCAL.with(|local| Self {
            unit: unit.as_ptr(),
            outer: local.current.get(),
            around: Cell::new(local.suspension.replace(Said::NOTHING)),
            held: PhantomData,
        })
    }

    #[inline(always)]
    fn begin(&self) {
        self.node().seen.begin_poll();
        LOCAL.with(|local| local.current.set(ptr::from_ref(self).cast()));
    }

    #[inline(always)]
    fn node(&self) -> &Node {
        // SAFETY: (S9) it is the unit of an `Arc` that is borrowed for longer than this is there.
        unsafe { &(*self.unit).node }
    }
}

impl Drop for Entered<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        LOCAL.with(|local| {
            local.current.set(self.outer);
            self.node().seen.end_poll(local.suspension.replace(self.around.get()));
        });
    }
}

/// Polls a part of a task with `unit` as its scope. `Err` is the await that was cut.
///
/// Where the part waits, so does what is around it, at the same await: that is said then.
#[inline(always)]
pub(crate) fn poll_below<T>(
    unit: &impl Held,
    poll: impl FnOnce() -> Poll<T>,
) -> Poll<Result<T, &'static Site>> {
    let entered = Entered::new(unit);
    entered.begin();
    match poll() {
        Poll::Ready(value) => Poll::Ready(Ok(value)),
        Poll::Pending => {
            let said = LOCAL.with(|local| local.suspension.get());
            if said.is_plain() {
                entered.around.set(said);
                // Here, where it is known what was said.
                drop(entered);
                return Poll::Pending;
            }
            match said_below(entered.node(), said) {
                Ok(said) => {
                    entered.around.set(said);
                    Poll::Pending
                }
                Err(site) => Poll::Ready(Err(site)),
            }
        }
    }
}

/// What is said of the body around one that is pending below `node`, the current one, and did not say where it
/// waits; or where it was cut.
#[cold]
fn said_below(node: &Node, said: Said) -> Result<Said, &'static Site> {
    if let Some(site) = was_cut() {
        return Err(site);
    }
    // Of an await hidden in a macro nobody spoke; the body waits all the same.
    let said = if said.is_nothing() { node.seen.said() } else { said };
    Ok(Said::waits(said.site().map_or(&SOMEWHERE, |(site, _)| site)))
}

/// Calls `visit` with the current node, if there is one.
#[inline]
pub(crate) fn with<R>(visit: impl FnOnce(Option<&Node>) -> R) -> R {
    let current = LOCAL.with(|local| local.current.get());
    // SAFETY: (S9) by invariant 1 what is not null is still there, and so is the unit; the references made
    // here do not leave `visit`.
    match unsafe { current.as_ref() } {
        None => visit(None),
        Some(current) => visit(Some(current.node())),
    }
}

/// The current node, to keep.
#[inline]
pub(crate) fn current() -> Option<NodeRef> {
    let current = LOCAL.with(|local| local.current.get());
    // SAFETY: (S9) by invariant 1 what is not null is still there, and the unit is that of an `Arc` which is
    // borrowed, and so alive; the new reference is counted before it is made.
    unsafe {
        let unit = current.as_ref()?.unit;
        Arc::increment_strong_count(unit);
        Some(Arc::from_raw(unit))
    }
}

/// Whether the current scope is cancelled; `false` outside of any.
#[inline]
pub(crate) fn is_cancelled() -> bool {
    with(|node| node.is_some_and(Node::is_cancelled))
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

/// The earliest deadline for which a timer has been armed during the current poll of this task; none if there
/// is none.
#[inline]
pub(crate) fn armed_deadline() -> Deadline {
    LOCAL.with(|local| local.armed.get())
}

#[inline]
pub(crate) fn set_armed_deadline(deadline: Deadline) {
    LOCAL.with(|local| local.armed.set(deadline));
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
