//! The node: what every task, frame, boundary and group has in the tree of scopes.
//!
//! # Invariants
//!
//! 1. `CANCELLED` is set once and stays. `cause`, where the node has one of its own, is stored
//!    before the bit is set, both under `inner`.
//! 2. Lock order: at most one node's `inner` is held at a time, never while another lock of this
//!    crate is held, except that a group's results are locked outside of its node's `inner`.
//!    No user code runs under it: no future, no destructor, no waker's `clone`, `wake` or `drop`.
//! 3. A node is created with its parent known and is attached before the body it belongs to is
//!    first polled. Who attaches while the parent is cancelled is born cancelled; a cancellation
//!    that comes later finds the child in the list. So none is missed.
//! 4. `parent` keeps the whole chain above alive; `unit` is the node itself or one of that chain.
//! 5. After `CLOSED` no hold is granted. `close` and `hold` agree through `HELD`: `hold` sets it
//!    before it looks at `CLOSED`, `close` sets `CLOSED` before it looks at `HELD`.
//! 6. A waker is stored before `NUDGED` is read by the poller, and `NUDGED` is set before the
//!    waker is taken by the waking side. So a wake-up during a poll is not lost.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;
use std::task::{Context, Waker};

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::children::{Children, Key, NOWHERE};
use super::unit::NodeRef;
use crate::reason::Cause;
use crate::report;
use crate::site::{Origin, Site};
use crate::sync::{AtomicU32, Mutex, Ordering};

/// The scope is cancelled, by a cause of its own or by inheritance.
pub(super) const CANCELLED: u32 = 1;
/// `cause` holds why.
pub(super) const OWN_CAUSE: u32 = 1 << 1;
/// The owner has ended; nothing can be handed to this node any more.
const CLOSED: u32 = 1 << 2;
/// Something has been handed to this node, which it must wait for.
const HELD: u32 = 1 << 3;
/// A waker is stored.
const REGISTERED: u32 = 1 << 4;
/// The unit was woken since its current poll began.
const NUDGED: u32 = 1 << 5;
/// Somebody wants to be woken when the task or group ends.
const WATCHED: u32 = 1 << 6;
/// The unit that owns the parent frame wants to be woken when the group ends.
const WAITED: u32 = 1 << 7;

/// What a node belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A root: run by its holder.
    Root,
    /// A limit, a name or a value around a call.
    Boundary,
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
}

impl Kind {
    /// Whether outer cancellation stops here.
    pub(super) const fn is_shield(self) -> bool {
        matches!(self, Self::Shield | Self::Cleanup)
    }
}

pub(crate) struct Node {
    flags: AtomicU32,
    /// The place in the parent's list; written under the parent's lock.
    key: AtomicU32,
    kind: Kind,
    origin: Origin,
    parent: Option<NodeRef>,
    /// The task or root that polls this node; `None` if that is the node itself.
    unit: Option<NodeRef>,
    deadline: Option<Instant>,
    label: Option<Box<Label>>,
    inner: Mutex<Inner>,
}

/// What few nodes have.
#[derive(Default)]
pub(crate) struct Label {
    pub(crate) name: Option<Cow<'static, str>>,
    pub(crate) value: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) cleanup: Option<std::time::Duration>,
}

#[derive(Default)]
pub(super) struct Inner {
    pub(super) cause: Option<Box<Cause>>,
    pub(super) children: Children,
    sequence: u64,
    held: usize,
    /// Who waits for what was handed to this scope, now that it has ended.
    heir: Option<NodeRef>,
    /// Of a root: where tasks were started that a hidden exit has left behind.
    left: Vec<Site>,
    waker: Option<Waker>,
    watchers: Vec<Waker>,
    cut: Option<&'static Site>,
    pub(super) token: Option<CancellationToken>,
}

impl Node {
    /// A node that is polled by itself: a task or a root.
    pub(crate) fn unit(kind: Kind, origin: Origin, parent: Option<NodeRef>) -> Self {
        Self::new(kind, origin, parent, None)
    }

    /// A node that is polled by the task its parent belongs to.
    pub(crate) fn inline(kind: Kind, origin: Origin, parent: Option<NodeRef>) -> Self {
        let unit = parent.as_ref().map(|parent| Self::unit_of(parent).clone());
        Self::new(kind, origin, parent, unit)
    }

    fn new(kind: Kind, origin: Origin, parent: Option<NodeRef>, unit: Option<NodeRef>) -> Self {
        let deadline = match (kind, &parent) {
            (Kind::Shield | Kind::Cleanup, _) | (_, None) => None,
            (_, Some(parent)) => parent.node.deadline,
        };
        Self {
            flags: AtomicU32::new(0),
            key: AtomicU32::new(NOWHERE),
            kind,
            origin,
            parent,
            unit,
            deadline,
            label: None,
            inner: Mutex::new(Inner::default()),
        }
    }

    /// Lowers the deadline; `false` if the one inherited is not later.
    pub(crate) fn limit(&mut self, deadline: Instant) -> bool {
        let earlier = self.deadline.is_none_or(|inherited| deadline < inherited);
        if earlier {
            self.deadline = Some(deadline);
        }
        earlier
    }

    pub(crate) fn label(&mut self) -> &mut Label {
        self.label.get_or_insert_default()
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    pub(crate) fn parent(&self) -> Option<&NodeRef> {
        self.parent.as_ref()
    }

    pub(super) fn take_parent(&mut self) -> Option<NodeRef> {
        // Not the last reference to the unit: the parent is it, or holds it as well.
        self.unit = None;
        self.parent.take()
    }

    /// The node of the task or root that polls this node.
    pub(crate) fn unit_node(&self) -> &Node {
        self.unit.as_ref().map_or(self, |unit| &unit.node)
    }

    /// The task or root that polls `this`.
    pub(crate) fn unit_of(this: &NodeRef) -> &NodeRef {
        this.node.unit.as_ref().unwrap_or(this)
    }

    /// What `find` finds in the nearest label, from here upwards.
    pub(crate) fn nearest<T>(&self, mut find: impl FnMut(&Label) -> Option<T>) -> Option<T> {
        let mut next = Some(self);
        while let Some(node) = next {
            if let Some(found) = node.label.as_deref().and_then(&mut find) {
                return Some(found);
            }
            next = node.parent.as_ref().map(|parent| &parent.node);
        }
        None
    }

    pub(crate) fn name(&self) -> Option<Cow<'static, str>> {
        self.label.as_ref().and_then(|label| label.name.clone())
    }

    // Cancellation

    pub(crate) fn is_cancelled(&self) -> bool {
        self.flags.load(Ordering::Acquire) & CANCELLED != 0
    }

    /// Whether this very scope was cancelled, and not only one around it.
    pub(crate) fn own_cause(&self) -> Option<Cause> {
        if self.flags.load(Ordering::Acquire) & OWN_CAUSE == 0 {
            return None;
        }
        self.inner.lock().cause.as_deref().cloned()
    }

    /// The cause stored in the nearest scope that was cancelled, from here upwards.
    pub(crate) fn cause(&self) -> Option<Cause> {
        let mut next = Some(self);
        while let Some(node) = next {
            if let Some(cause) = node.own_cause() {
                return Some(cause);
            }
            next = node.parent.as_ref().map(|parent| &parent.node);
        }
        None
    }

    pub(super) fn set_flags(&self, bits: u32) -> u32 {
        self.flags.fetch_or(bits, Ordering::AcqRel)
    }

    pub(super) fn inner(&self) -> crate::sync::MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    /// A token that is cancelled with this scope.
    pub(crate) fn token(&self) -> CancellationToken {
        let fresh = CancellationToken::new();
        let token = {
            let mut inner = self.inner.lock();
            inner.token.get_or_insert(fresh).clone()
        };
        // The bit is set before a canceller looks for the token, both under the lock.
        if self.is_cancelled() {
            token.cancel();
        }
        token
    }

    /// Remembers the await at which the task was cut.
    pub(crate) fn set_cut(&self, site: &'static Site) {
        self.inner.lock().cut = Some(site);
    }

    pub(crate) fn cut(&self) -> Option<&'static Site> {
        self.inner.lock().cut
    }

    // The tree

    /// Puts `child` below `this` and returns its sequence number. If `this` is cancelled, a
    /// child that is no shield is born cancelled, and a task is refused instead; a task is refused
    /// by one that has ended, too.
    pub(crate) fn attach(this: &NodeRef, child: &NodeRef) -> Option<u64> {
        let mut inner = this.node.inner.lock();
        let flags = this.node.flags.load(Ordering::Acquire);
        let task = matches!(child.node.kind, Kind::Task | Kind::Daemon);
        if task && flags & (CANCELLED | CLOSED) != 0 {
            return None;
        }
        if flags & CANCELLED != 0 && !child.node.kind.is_shield() {
            child.node.set_flags(CANCELLED);
        }
        let sequence = inner.sequence;
        inner.sequence += 1;
        let key = inner.children.attach(child.clone(), sequence);
        child.node.key.store(key, Ordering::Relaxed);
        Some(sequence)
    }

    /// Says that the owner is about to be destroyed: from now on nobody can start or hand over
    /// anything here. Returns the children.
    pub(crate) fn doom(&self) -> Vec<NodeRef> {
        let inner = self.inner.lock();
        self.set_flags(CANCELLED | CLOSED);
        inner.children.iter().cloned().collect()
    }

    /// Says to the root that a task below it was left behind by a way out nobody could see.
    pub(crate) fn leave_behind(&self) {
        /// Enough to find the mistake.
        const KEPT: usize = 16;
        let mut root = self;
        while let Some(parent) = &root.parent {
            root = &parent.node;
        }
        let mut inner = root.inner.lock();
        if inner.left.len() < KEPT {
            inner.left.push(self.origin.site());
        }
    }

    /// Of a root: where the tasks that were left behind were started.
    pub(crate) fn left_behind(&self) -> Vec<Site> {
        self.inner.lock().left.clone()
    }

    /// The sequence number the next child will get.
    pub(crate) fn sequence(&self) -> u64 {
        self.inner.lock().sequence
    }

    /// Takes `self` out of its parent's list. Idempotent. Returns how many children the parent
    /// has left.
    pub(crate) fn detach(&self) -> usize {
        let Some(parent) = &self.parent else { return 0 };
        let mut inner = parent.node.inner.lock();
        let key: Key = self.key.load(Ordering::Relaxed);
        self.key.store(NOWHERE, Ordering::Relaxed);
        let this = (key != NOWHERE).then(|| inner.children.detach(key)).flatten();
        let left = inner.children.len();
        drop(inner);
        drop(this);
        left
    }

    /// The last task, daemon or group attached with at least this sequence number.
    pub(crate) fn last_entry(&self, since: u64) -> Option<NodeRef> {
        let inner = self.inner.lock();
        inner
            .children
            .iter_back()
            .take_while(|(sequence, _)| *sequence >= since)
            .map(|(_, child)| child)
            .find(|child| matches!(child.node.kind, Kind::Task | Kind::Daemon | Kind::Group))
            .cloned()
    }

    /// The tasks and groups with at least this sequence number that have not been told to stop,
    /// last first, down to the next daemon.
    pub(crate) fn untold_entries(&self, since: u64) -> Vec<NodeRef> {
        let inner = self.inner.lock();
        inner
            .children
            .iter_back()
            .take_while(|(sequence, _)| *sequence >= since)
            .map(|(_, child)| child)
            .take_while(|child| child.node.kind != Kind::Daemon)
            .filter(|child| matches!(child.node.kind, Kind::Task | Kind::Group))
            .filter(|child| !child.node.is_cancelled())
            .cloned()
            .collect()
    }

    /// For a group: whether no child is left. If one is, the unit that owns the group is woken
    /// when the last has ended.
    pub(crate) fn poll_childless(&self) -> bool {
        self.set_flags(WAITED);
        self.inner.lock().children.is_empty()
    }

    /// For a group: whether no child is left; if so, and `close`, none can be started any more.
    pub(crate) fn is_childless(&self, close: bool) -> bool {
        let inner = self.inner.lock();
        let childless = inner.children.is_empty();
        if childless && close {
            self.set_flags(CLOSED);
        }
        childless
    }

    pub(crate) fn is_waited_for(&self) -> bool {
        self.flags.load(Ordering::Acquire) & WAITED != 0
    }

    pub(crate) fn child_count(&self) -> usize {
        self.inner.lock().children.len()
    }

    // What was handed to a scope, and its end

    /// Makes the scope wait for something that was handed to it; `false` if it has ended.
    pub(crate) fn hold(&self) -> bool {
        self.hold_times(1)
    }

    fn hold_times(&self, times: usize) -> bool {
        let mut inner = self.inner.lock();
        if self.set_flags(HELD) & CLOSED != 0 {
            return false;
        }
        inner.held += times;
        true
    }

    /// Ends one hold.
    pub(crate) fn release(&self) {
        let mut inner = self.inner.lock();
        inner.held -= 1;
        let heir = inner.heir.clone();
        drop(inner);
        match heir {
            Some(heir) => heir.node.release(),
            None => self.wake(),
        }
    }

    /// Ends the scope although it cannot wait, because it is left by a panic or destroyed: what was
    /// handed to it is handed on to the nearest scope around that has not ended.
    pub(crate) fn bequeath(&self) {
        if self.set_flags(CLOSED) & HELD == 0 {
            return;
        }
        let held = self.inner.lock().held;
        if held == 0 {
            return;
        }
        let mut next = self.parent.as_ref();
        while let Some(heir) = next {
            if heir.node.hold_times(held) {
                break;
            }
            next = heir.node.parent.as_ref();
        }
        let Some(heir) = next else { return };
        let mut inner = self.inner.lock();
        inner.heir = Some(heir.clone());
        // What was released since has to be released there, too.
        let released = held - inner.held;
        drop(inner);
        for _ in 0..released {
            heir.node.release();
        }
    }

    /// Ends the scope, unless it has to wait for something that was handed to it; then its unit
    /// is woken at each release.
    pub(crate) fn close(&self) -> bool {
        if self.set_flags(CLOSED) & HELD == 0 {
            return true;
        }
        let inner = self.inner.lock();
        if inner.held == 0 || inner.heir.is_some() {
            return true;
        }
        self.flags.fetch_and(!CLOSED, Ordering::AcqRel);
        false
    }

    // Waking

    /// Wakes the task or root that polls this node.
    pub(crate) fn wake(&self) {
        let unit = self.unit_node();
        unit.set_flags(NUDGED);
        let waker = {
            let mut inner = unit.inner.lock();
            unit.flags.fetch_and(!REGISTERED, Ordering::AcqRel);
            inner.waker.take()
        };
        if let Some(waker) = waker {
            report::quietly(unit.origin, || waker.wake());
        }
    }

    /// Has `cx` woken, too, when this task or group ends: for who waits from another task than
    /// the one that owns it.
    pub(crate) fn watch(&self, cx: &Context<'_>) {
        let waker = cx.waker().clone();
        let known = {
            let mut inner = self.inner.lock();
            self.set_flags(WATCHED);
            // Comparing wakers runs no code of the user's.
            if inner.watchers.iter().any(|watcher| watcher.will_wake(&waker)) {
                Some(waker)
            } else {
                inner.watchers.push(waker);
                None
            }
        };
        drop(known);
    }

    /// Wakes who asked for it by [`watch`](Self::watch).
    pub(crate) fn wake_watchers(&self) {
        if self.flags.load(Ordering::Acquire) & WATCHED == 0 {
            return;
        }
        let watchers = {
            let mut inner = self.inner.lock();
            self.flags.fetch_and(!WATCHED, Ordering::AcqRel);
            std::mem::take(&mut inner.watchers)
        };
        for watcher in watchers {
            report::quietly(self.origin, || watcher.wake());
        }
    }

    /// To be called by a unit before it polls its body.
    pub(crate) fn begin_poll(&self) {
        if self.flags.load(Ordering::Acquire) & NUDGED != 0 {
            self.flags.fetch_and(!NUDGED, Ordering::AcqRel);
        }
    }

    /// To be called by a unit whose body is pending: stores the waker, if `renew` or none is
    /// stored. `true` if the unit was woken meanwhile, so that it must poll again.
    pub(crate) fn park(&self, cx: &Context<'_>, renew: bool) -> bool {
        if !renew && self.flags.load(Ordering::Acquire) & REGISTERED != 0 {
            return false;
        }
        let waker = cx.waker().clone();
        let former = {
            let mut inner = self.inner.lock();
            self.set_flags(REGISTERED);
            inner.waker.replace(waker)
        };
        drop(former);
        self.flags.load(Ordering::Acquire) & NUDGED != 0
    }
}
