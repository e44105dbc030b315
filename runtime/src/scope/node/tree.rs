//! Who is below a node, in the order in which they were started.

use std::sync::Arc;

use super::{CANCELLED, CLOSED, Inner, Kind, Node, PEOPLED, STOPPING, WAITED};
use crate::scope::children::{Key, NOWHERE};
use crate::scope::unit::NodeRef;
use crate::site::Site;
use crate::sync::Ordering;

impl Node {
    /// Puts `child` below `this` and returns its sequence number. If `this` is cancelled, a
    /// child that is no shield is born cancelled, and a task is refused instead; a task is refused
    /// by one that has ended, too. Below a scope that shuts down everything does.
    #[inline]
    pub(crate) fn attach(this: &NodeRef, child: &NodeRef) -> Option<u64> {
        Self::attach_with(this, &child.node, || child.clone())
    }

    /// The same for whoever knows the child by its type.
    #[inline]
    pub(crate) fn attach_with(this: &NodeRef, child: &Self, listed: impl FnOnce() -> NodeRef) -> Option<u64> {
        Self::attach_in(this, &mut this.node.inner.lock(), child, listed)
    }

    /// The same, and `and` is called under the lock, with a child that is not refused. It must run no
    /// code of the user's, and lock nothing.
    #[inline]
    pub(crate) fn attach_and<R>(
        this: &NodeRef,
        child: NodeRef,
        and: impl FnOnce(&mut Inner, NodeRef) -> R,
    ) -> Result<R, NodeRef> {
        let mut inner = this.node.inner.lock();
        match Self::attach_in(this, &mut inner, &child.node, || child.clone()) {
            Some(_) => Ok(and(&mut inner, child)),
            None => Err(child),
        }
    }

    #[inline(always)]
    fn attach_in(
        this: &NodeRef,
        inner: &mut Inner,
        child: &Self,
        listed: impl FnOnce() -> NodeRef,
    ) -> Option<u64> {
        let mut flags = this.node.flags.load(Ordering::Acquire);
        if flags & PEOPLED == 0 {
            flags = this.node.set_flags(PEOPLED);
        }
        let task = matches!(child.kind(), Kind::Task | Kind::Daemon);
        if task && flags & (CANCELLED | CLOSED) != 0 {
            return None;
        }
        if flags & CANCELLED != 0 && !child.kind().is_shield() {
            child.set_flags(CANCELLED);
        }
        if flags & STOPPING != 0 {
            child.set_flags(STOPPING);
        }
        // A group's children are kept with what else a group has.
        let first = this.node.known.load(Ordering::Relaxed) == 0 && this.node.kind() != Kind::Group;
        let (key, sequence) = inner.attach(listed(), first);
        child.key.store(key, Ordering::Relaxed);
        this.node.note_children(inner);
        Some(sequence)
    }

    /// Puts a root below the scope it was made in. Where that has ended, as the scope of a handler has when
    /// the body of its response is sent, the nearest one around that has not lists it: so it is still
    /// cancelled, and told of a shutdown, with what it belongs to. Its name and values stay those of
    /// the place where it was made.
    pub(crate) fn attach_root(child: &Self, listed: impl FnOnce() -> NodeRef) {
        let Some(made_in) = &child.parent else { return };
        let mut home = made_in;
        while let (true, Some(around)) = (home.node.has_ended(), &home.node.parent) {
            home = around;
        }
        if !Arc::ptr_eq(home, made_in) {
            child.inner.lock().rare_mut().listed_by = Some(home.clone());
        }
        Self::attach_with(home, child, listed);
    }

    /// Says that the owner is about to be destroyed: from now on nobody can start or hand over
    /// anything here. Returns the children.
    pub(crate) fn doom(&self) -> Vec<NodeRef> {
        let inner = self.inner.lock();
        self.set_flags(CANCELLED | CLOSED);
        inner.children().cloned().collect()
    }

    /// As [`doom`](Self::doom), of a task that its runtime has let go of: from now on it counts as
    /// cancelled, and what is below it is destroyed by whoever owns it.
    pub(crate) fn end_without_unwinding(&self) {
        let _inner = self.inner.lock();
        self.set_flags(CANCELLED | CLOSED);
    }

    /// Says to the root that a task below it was left behind by a way out nobody could see.
    pub(crate) fn leave_behind(&self) {
        /// Enough to find the mistake.
        const KEPT: usize = 16;
        let mut inner = self.root().inner.lock();
        let left = &mut inner.rare_mut().left;
        if left.len() < KEPT {
            left.push(self.origin.site());
        }
    }

    /// Of a root: where the tasks that were left behind were started.
    pub(crate) fn left_behind(&self) -> Vec<Site> {
        self.inner.lock().rare().map(|rare| rare.left.clone()).unwrap_or_default()
    }

    /// The sequence number the next child will get. For the unit that polls this node.
    #[inline]
    pub(crate) fn sequence(&self) -> u64 {
        if self.known.load(Ordering::Relaxed) == 0 {
            return 0;
        }
        self.inner.lock().next_sequence()
    }

    /// Under the lock: how many children there are, now that one came or went.
    #[inline]
    fn note_children(&self, inner: &Inner) {
        let known = u32::try_from(inner.child_count() + 1).unwrap_or(u32::MAX);
        self.known.store(known, Ordering::Relaxed);
    }

    /// Takes `self` out of its parent's list. Idempotent.
    #[inline]
    pub(crate) fn detach(&self) {
        let Some(parent) = &self.parent else { return };
        if !self.is_attached() {
            return;
        }
        let elsewhere = match self.kind() {
            Kind::Root => self.inner.lock().rare_if_any().and_then(|rare| rare.listed_by.take()),
            _ => None,
        };
        let detached = match &elsewhere {
            Some(home) => home.node.locked(|inner| {
                let detached = inner.detach(self.key.swap(NOWHERE, Ordering::Relaxed));
                home.node.note_children(inner);
                detached
            }),
            None => parent.node.locked(|inner| self.detach_from(inner)),
        };
        // Only now: not under the lock.
        drop(detached);
    }

    /// The same under the lock of the parent, whose list is given: the reference that stood there,
    /// to be dropped after the lock, and the sequence number; `None` if it was taken out before.
    #[inline]
    pub(crate) fn detach_from(&self, parent: &mut Inner) -> Option<(NodeRef, u64)> {
        let key: Key = self.key.load(Ordering::Relaxed);
        self.key.store(NOWHERE, Ordering::Relaxed);
        if key == NOWHERE {
            return None;
        }
        let detached = parent.detach(key);
        if let Some(above) = &self.parent {
            above.node.note_children(parent);
        }
        detached
    }

    /// Calls `access` under this node's lock: it must run no code of the user's, and lock nothing.
    #[inline]
    pub(crate) fn locked<R>(&self, access: impl FnOnce(&mut Inner) -> R) -> R {
        access(&mut self.inner.lock())
    }

    /// The last task, daemon or group attached with at least this sequence number. For the unit that
    /// polls this node, which is the only one to start any: who was taken out is known to it, or found
    /// gone under the lock.
    #[inline]
    pub(crate) fn last_entry(&self, since: u64) -> Option<NodeRef> {
        if self.known.load(Ordering::Relaxed) <= 1 {
            return None;
        }
        let inner = self.inner.lock();
        attached_since(&inner, since)
            .find(|child| matches!(child.node.kind(), Kind::Task | Kind::Daemon | Kind::Group))
            .cloned()
    }

    /// The tasks and groups with at least this sequence number that have not been told to stop,
    /// last first, down to the next daemon.
    pub(crate) fn untold_entries(&self, since: u64) -> Vec<NodeRef> {
        let inner = self.inner.lock();
        attached_since(&inner, since)
            .take_while(|child| child.node.kind() != Kind::Daemon)
            .filter(|child| matches!(child.node.kind(), Kind::Task | Kind::Group))
            .filter(|child| !child.node.is_cancelled())
            .cloned()
            .collect()
    }

    /// For a group: whether no child is left. If one is, the unit that owns the group is woken
    /// when the last has ended.
    pub(crate) fn poll_childless(&self) -> bool {
        let inner = self.inner.lock();
        let childless = inner.is_childless();
        if !childless {
            // Whoever is the last to leave takes the lock after this, and then looks.
            self.set_flags(WAITED);
        }
        childless
    }

    /// For a group: whether no child is left; if so, and `close`, none can be started any more.
    #[inline]
    pub(crate) fn is_childless(&self, close: bool) -> bool {
        self.locked(|inner| self.is_childless_in(inner, close))
    }

    /// The same under the lock of this node, whose list is given.
    #[inline]
    pub(crate) fn is_childless_in(&self, inner: &Inner, close: bool) -> bool {
        let childless = inner.is_childless();
        if childless && close && self.flags.load(Ordering::Relaxed) & CLOSED == 0 {
            self.set_flags(CLOSED);
        }
        childless
    }

    /// Whether this node is in its parent's list.
    pub(crate) fn is_attached(&self) -> bool {
        self.key.load(Ordering::Relaxed) != NOWHERE
    }

    #[inline]
    pub(crate) fn is_waited_for(&self) -> bool {
        self.flags.load(Ordering::Acquire) & WAITED != 0
    }

    /// The children, in the order they were started in.
    pub(crate) fn children(&self) -> Vec<NodeRef> {
        self.inner.lock().children().cloned().collect()
    }
}

/// The children with at least this sequence number, last first.
#[inline]
fn attached_since(inner: &Inner, since: u64) -> impl Iterator<Item = &NodeRef> {
    inner.children_back().take_while(move |(sequence, _)| *sequence >= since).map(|(_, child)| child)
}
