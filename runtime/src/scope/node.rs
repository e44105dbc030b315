//! The node: what every task, frame, boundary and group has in the tree of scopes.
//!
//! # Invariants
//!
//! 1. `CANCELLED` is set once and stays. `cause`, where the node has one of its own, is stored
//!    before `OWN_CAUSE` is set, both under `inner`, and that only together with `CANCELLED`: who was
//!    cancelled from above before keeps no cause of its own.
//! 2. Lock order: at most one node's `inner` is held at a time, never while another lock of this
//!    crate is held. It protects the results of a group, too (`group::store`).
//!    No user code runs under it: no future, no destructor, no waker's `clone`, `wake` or `drop`.
//! 3. A node is created with its parent known and is attached before the body it belongs to is
//!    first polled. Who attaches while the parent is cancelled is born cancelled; a cancellation
//!    that comes later finds the child in the list. So none is missed. A cancellation that finds
//!    `PEOPLED` unset need not look: it is set from the beginning, or before the first child, or the token, is
//!    put in, by an operation that then sees `CANCELLED`.
//! 4. `parent` keeps the whole chain above alive; the unit that `poller` tells is the node itself or one of that
//!    chain.
//! 5. After `CLOSED` no hold is granted. `close` and `hold` agree through `HELD`: `hold` sets it
//!    before it looks at `CLOSED`, `close` sets `CLOSED` in the step that finds `HELD` unset, or under the
//!    lock when nothing is held. It is never taken back: nobody is refused by a scope that goes on.
//! 6. A unit's first waker is stored before `REGISTERED` is set, and stays. Whoever wakes sets
//!    `NUDGED`; if that finds it unset and the waker stored, the waker is woken, and otherwise the poller
//!    finds `NUDGED` when it sets `REGISTERED`, or is still to come and begins by clearing it. So no
//!    wake-up is lost, and one that is under way is not repeated.
//! 7. A root that was polled with another waker is `MOVED`: from then on the waker in `inner` counts. It is
//!    stored before `NUDGED` is read by the poller, and `NUDGED` is set before it is taken.

pub(crate) mod deadline;
mod hold;
pub(crate) mod inner;
mod notice;
mod place;
mod poller;
pub(crate) mod seen;
mod tree;
mod wake;

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::deadline::Deadline;
use self::poller::Poller;
use self::seen::{Birth, Seen};
use super::children::NOWHERE;
use super::unit::NodeRef;
use crate::observe::clock;
use crate::reason::Cause;
use crate::root::inline::home::Home;
use crate::site::{Origin, Site};
use crate::sync::{AtomicU32, Mutex, Ordering};
pub(crate) use inner::Inner;

/// The scope is cancelled, by a cause of its own or by inheritance.
pub(super) const CANCELLED: u32 = 1;
/// `cause` holds why.
pub(super) const OWN_CAUSE: u32 = 1 << 1;
/// The owner has ended; nothing can be handed to this node any more.
const CLOSED: u32 = 1 << 2;
/// Something has been handed to this node, which it must wait for.
const HELD: u32 = 1 << 3;
/// `waker` is stored.
const REGISTERED: u32 = 1 << 4;
/// The unit was woken since its current poll began.
const NUDGED: u32 = 1 << 5;
/// Somebody wants to be woken when the task or group ends.
const WATCHED: u32 = 1 << 6;
/// The unit that owns the parent frame wants to be woken when the group ends.
const WAITED: u32 = 1 << 7;
/// There are children or a token, have been or are likely to be: a cancellation has to look.
pub(super) const PEOPLED: u32 = 1 << 8;
/// The root was polled with another waker than the first: the one in `inner` counts.
const MOVED: u32 = 1 << 9;
/// The scope is shutting down: told so itself, or started below one that was.
pub(super) const STOPPING: u32 = 1 << 16;
/// What was handed to the scope when it ended has gone elsewhere.
const BEQUEATHED: u32 = 1 << 17;
/// Cancellation of this very scope becomes a value.
const VALUED: u32 = 1 << 18;

/// The child of a limited group holds one of the places of those that run.
const PLACED: u32 = 1 << 24;
/// The child of a limited group has ended.
const LEFT: u32 = 1 << 25;
/// Each child of this group gets a task of its own: one has waited, or there are several threads.
const OWN_TASKS: u32 = 1 << 26;

/// What a node belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A root: run by its holder.
    Root,
    /// A limit, a name or a value around a call.
    Boundary,
    /// A branch of `join!` or `try_join!`.
    Branch,
    /// Outer cancellation stops here.
    Shield,
    /// The code of a `defer!`: a shield, too.
    Cleanup,
    /// A scoped function that starts tasks.
    Frame,
    /// A child with a handle, or one of a group.
    Task,
    /// A child that serves the statements below it.
    Daemon,
    /// A task group.
    Group,
    /// An ordinary future that sees the scope around: polled by whom it may be.
    Guest,
}

impl Kind {
    /// Each at the place of its number; the rest is never read.
    pub(super) const ALL: [Self; 16] = {
        let mut all = [Self::Root; 16];
        let mut next = Some(Self::Root);
        while let Some(kind) = next {
            all[kind as usize] = kind;
            next = kind.next();
        }
        all
    };

    /// The one declared after it. A match, so that none is forgotten.
    const fn next(self) -> Option<Self> {
        Some(match self {
            Self::Root => Self::Boundary,
            Self::Boundary => Self::Branch,
            Self::Branch => Self::Shield,
            Self::Shield => Self::Cleanup,
            Self::Cleanup => Self::Frame,
            Self::Frame => Self::Task,
            Self::Task => Self::Daemon,
            Self::Daemon => Self::Group,
            Self::Group => Self::Guest,
            Self::Guest => return None,
        })
    }

    /// Whether it is a task or a root, and not a part of one.
    pub(crate) const fn is_polled_by_itself(self) -> bool {
        matches!(self, Self::Root | Self::Task | Self::Daemon)
    }

    /// Whether outer cancellation stops here.
    pub(super) const fn is_shield(self) -> bool {
        matches!(self, Self::Shield | Self::Cleanup)
    }
}

pub(crate) struct Node {
    flags: AtomicU32,
    /// The place in the parent's list; written under the parent's lock.
    key: AtomicU32,
    origin: Origin,
    birth: Birth,
    pub(crate) seen: Seen,
    parent: Option<NodeRef>,
    poller: Poller,
    deadline: Deadline,
    label: Option<Box<Label>>,
    /// One more than there are children, 0 before the first; written under the lock.
    known: AtomicU32,
    inner: Mutex<Inner>,
}

/// What few nodes have.
#[derive(Default)]
pub(crate) struct Label {
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) value: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) cleanup: Option<std::time::Duration>,
    /// Of a unit: who runs the tasks below, where that is an inline root and not tokio.
    pub(crate) home: Option<Arc<Home>>,
    #[cfg(feature = "tracing")]
    pub(crate) span: crate::observe::spans::Place,
}

impl Node {
    /// A node that is polled by itself: a task or a root.
    #[inline(always)]
    pub(crate) fn unit(kind: Kind, origin: Origin, parent: Option<NodeRef>) -> Self {
        let home = match (kind, &parent) {
            (Kind::Root, _) | (_, None) => None,
            (_, Some(parent)) => parent.node.home().cloned(),
        };
        let label = home.map(|home| Box::new(Label { home: Some(home), ..Label::default() }));
        Self::new(kind, origin, parent, Poller::itself(), label)
    }

    /// A node that is polled by the task its parent belongs to.
    #[inline(always)]
    pub(crate) fn inline(kind: Kind, origin: Origin, parent: Option<NodeRef>) -> Self {
        let poller = Poller::around(parent.as_ref());
        Self::new(kind, origin, parent, poller, None)
    }

    #[inline(always)]
    fn new(
        kind: Kind,
        origin: Origin,
        parent: Option<NodeRef>,
        poller: Poller,
        label: Option<Box<Label>>,
    ) -> Self {
        let deadline = match (kind, &parent) {
            (Kind::Shield | Kind::Cleanup, _) | (_, None) => Deadline::NONE,
            (_, Some(parent)) => parent.node.deadline,
        };
        // These have children sooner or later, and are spared an atomic operation then.
        let flags = if matches!(kind, Kind::Frame | Kind::Group) { PEOPLED } else { 0 };
        Self {
            flags: AtomicU32::new(flags),
            key: AtomicU32::new(NOWHERE),
            origin,
            birth: Birth::now(kind),
            seen: Seen::new(),
            parent,
            poller,
            deadline,
            label,
            known: AtomicU32::new(0),
            inner: Mutex::new(Inner::new()),
        }
    }

    /// Lowers the deadline; `false` if the one inherited is not later.
    pub(crate) fn limit(&mut self, deadline: Instant) -> bool {
        let deadline = Deadline::at(deadline);
        let earlier = deadline < self.deadline;
        if earlier {
            self.deadline = deadline;
        }
        earlier
    }

    pub(crate) fn label(&mut self) -> &mut Label {
        self.label.get_or_insert_default()
    }

    #[inline]
    pub(crate) fn kind(&self) -> Kind {
        self.birth.kind()
    }

    #[inline]
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    #[inline]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline.instant()
    }

    #[inline]
    pub(crate) fn parent(&self) -> Option<&NodeRef> {
        self.parent.as_ref()
    }

    /// This node, then those around it up to the root.
    pub(crate) fn upwards(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |node| node.parent.as_ref().map(|parent| &parent.node))
    }

    /// The root, or what else has nothing around it.
    pub(crate) fn root(&self) -> &Self {
        self.upwards().last().unwrap_or(self)
    }

    /// What `find` finds in the nearest label, from here upwards.
    pub(crate) fn nearest<T>(&self, mut find: impl FnMut(&Label) -> Option<T>) -> Option<T> {
        self.upwards().find_map(|node| node.label.as_deref().and_then(&mut find))
    }

    pub(crate) fn name(&self) -> Option<Cow<'static, str>> {
        self.label.as_ref().and_then(|label| label.name.clone())
    }

    #[cfg(feature = "tracing")]
    pub(crate) fn own_label(&self) -> Option<&Label> {
        self.label.as_deref()
    }

    // Cancellation

    #[inline]
    pub(crate) fn is_cancelled(&self) -> bool {
        self.flags.load(Ordering::Acquire) & CANCELLED != 0
    }

    /// Whether this scope or any around it is cancelled, shields and daemons in between or not.
    pub(crate) fn is_in_cancelled(&self) -> bool {
        self.upwards().any(Self::is_cancelled)
    }

    /// Why this very scope was cancelled, and not only one around it.
    pub(crate) fn own_cause(&self) -> Option<Cause> {
        if !self.has_own_cause() {
            return None;
        }
        self.inner.lock().rare().and_then(|rare| rare.cause.clone())
    }

    /// Whether this very scope was cancelled, and not only one around it.
    pub(crate) fn has_own_cause(&self) -> bool {
        self.flags.load(Ordering::Acquire) & OWN_CAUSE != 0
    }

    /// The cause stored in the nearest scope that was cancelled, from here upwards.
    pub(crate) fn cause(&self) -> Option<Cause> {
        self.upwards().find_map(Self::own_cause)
    }

    /// The same, looked for in so many scopes at the most: `None` if the walk ended before it found one or
    /// came to the root.
    #[cfg(any(feature = "metrics", feature = "tracing"))]
    pub(crate) fn near_cause(&self, scopes: usize) -> Option<Option<Cause>> {
        let mut upwards = self.upwards();
        match upwards.by_ref().take(scopes).find_map(Self::own_cause) {
            None if upwards.next().is_some() => None,
            found => Some(found),
        }
    }

    /// When it was made, on the clock of whoever looks; 0 if that was before the first look.
    pub(crate) fn born(&self) -> u32 {
        self.birth.time()
    }

    /// When that scope was cancelled, on the clock of whoever looks; 0 if it is not known.
    pub(crate) fn cancelled_at(&self) -> u32 {
        let cancelled = self.upwards().find(|node| node.has_own_cause());
        cancelled.and_then(|node| node.inner.lock().rare().map(|rare| rare.cancelled)).unwrap_or(0)
    }

    /// Sets `CANCELLED` with a cause of this scope's own, given to `store` under the lock; `false` if
    /// it was cancelled already.
    pub(super) fn cancel_with_cause(&self, inner: &mut Inner, cause: Cause) -> bool {
        if self.is_cancelled() {
            return false;
        }
        let rare = inner.rare_mut();
        rare.cause = Some(cause);
        rare.cancelled = clock::coarse();
        let told = self.flags.fetch_update(Ordering::AcqRel, Ordering::Acquire, |flags| {
            (flags & CANCELLED == 0).then_some(flags | CANCELLED | OWN_CAUSE)
        });
        if told.is_err() {
            // It was cancelled from above just now, which takes no lock: that came first.
            inner.rare_mut().cause = None;
        }
        told.is_ok()
    }

    #[inline]
    pub(super) fn set_flags(&self, bits: u32) -> u32 {
        self.flags.fetch_or(bits, Ordering::AcqRel)
    }

    #[inline]
    pub(super) fn inner(&self) -> crate::sync::MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// A token that is cancelled with this scope.
    pub(crate) fn token(&self) -> CancellationToken {
        let token = {
            let mut inner = self.inner.lock();
            self.set_flags(PEOPLED);
            inner.rare_mut().token.get_or_insert_default().clone()
        };
        // Whoever cancels after this looks for the token.
        if self.is_cancelled() {
            token.cancel();
        }
        token
    }

    /// Remembers the await at which the task was cut, if it was cancelled for itself or in a shutdown: nobody
    /// asks otherwise.
    #[inline]
    pub(crate) fn set_cut(&self, site: &'static Site) {
        if self.flags.load(Ordering::Acquire) & (OWN_CAUSE | STOPPING) != 0 {
            self.inner.lock().rare_mut().cut = Some(site);
        }
    }

    pub(crate) fn cut(&self) -> Option<&'static Site> {
        self.inner.lock().rare().and_then(|rare| rare.cut)
    }
}
