//! Who is below a node, in the order in which they were started.

use super::{CANCELLED, CLOSED, Kind, Node, WAITED};
use crate::scope::children::{Children, Key, NOWHERE};
use crate::scope::unit::NodeRef;
use crate::site::Site;
use crate::sync::Ordering;

impl Node {
    /// Puts `child` below `this` and returns its sequence number. If `this` is cancelled, a
    /// child that is no shield is born cancelled, and a task is refused instead; a task is refused
    /// by one that has ended, too.
    #[inline]
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
    #[inline]
    pub(crate) fn sequence(&self) -> u64 {
        self.inner.lock().sequence
    }

    /// Takes `self` out of its parent's list. Idempotent. Returns how many children the parent
    /// has left.
    #[inline]
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
    #[inline]
    pub(crate) fn last_entry(&self, since: u64) -> Option<NodeRef> {
        let inner = self.inner.lock();
        attached_since(&inner.children, since)
            .find(|child| matches!(child.node.kind, Kind::Task | Kind::Daemon | Kind::Group))
            .cloned()
    }

    /// The tasks and groups with at least this sequence number that have not been told to stop,
    /// last first, down to the next daemon.
    pub(crate) fn untold_entries(&self, since: u64) -> Vec<NodeRef> {
        let inner = self.inner.lock();
        attached_since(&inner.children, since)
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
    #[inline]
    pub(crate) fn is_childless(&self, close: bool) -> bool {
        let inner = self.inner.lock();
        let childless = inner.children.is_empty();
        if childless && close {
            self.set_flags(CLOSED);
        }
        childless
    }

    #[inline]
    pub(crate) fn is_waited_for(&self) -> bool {
        self.flags.load(Ordering::Acquire) & WAITED != 0
    }

    pub(crate) fn child_count(&self) -> usize {
        self.inner.lock().children.len()
    }
}

/// The children with at least this sequence number, last first.
#[inline]
fn attached_since(children: &Children, since: u64) -> impl Iterator<Item = &NodeRef> {
    children.iter_back().take_while(move |(sequence, _)| *sequence >= since).map(|(_, child)| child)
}
