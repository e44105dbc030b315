//! What a node's lock protects. Most nodes are tasks that start nothing, and have none of it.

use std::task::Waker;

use tokio_util::sync::CancellationToken;

use crate::group::batch::Batch;
use crate::reason::Cause;
use crate::scope::children::{Children, FIRST, Key};
use crate::scope::unit::NodeRef;
use crate::site::Site;

pub(crate) struct Inner(Kept);

enum Kept {
    /// The first child there ever was, and no other yet: a function is often all that a task consists of, and
    /// starts one task.
    Only(NodeRef),
    More(Option<Box<More>>),
}

#[derive(Default)]
struct More {
    children: Children,
    rare: Option<Box<Rare>>,
    /// Of a group: the children that nobody has started yet, while there are any.
    batch: Option<Box<Batch>>,
}

/// What few nodes ever have.
#[derive(Default)]
pub(crate) struct Rare {
    /// Of a root that was moved to another task.
    pub(super) waker: Option<Waker>,
    pub(super) cause: Option<Cause>,
    /// When it was cancelled with this cause, for whoever looks.
    pub(super) cancelled: u32,
    /// The await at which a task with a cause of its own was cut.
    pub(super) cut: Option<&'static Site>,
    pub(super) held: usize,
    /// Who waits for what was handed to this scope, now that it has ended.
    pub(super) heir: Option<NodeRef>,
    /// Of a root that was made in a scope that had ended when it began: who has it in its list instead.
    pub(super) listed_by: Option<NodeRef>,
    /// Of a root: where tasks were started that a hidden exit has left behind.
    pub(super) left: Vec<Site>,
    pub(super) watchers: Vec<Waker>,
    pub(in crate::scope) token: Option<CancellationToken>,
    /// Cancelled when the scope is told that it shuts down.
    pub(in crate::scope) stopping: Option<CancellationToken>,
}

impl Inner {
    pub(super) const fn new() -> Self {
        Self(Kept::More(None))
    }

    /// Puts a child behind the others; its place and its number. `first` says that there has never been one.
    #[inline]
    pub(super) fn attach(&mut self, child: NodeRef, first: bool) -> (Key, u64) {
        if first && let Kept::More(None) = self.0 {
            self.0 = Kept::Only(child);
            return FIRST;
        }
        self.more_mut().children.attach(child)
    }

    /// Takes a child out, with its number; the caller drops it after the lock.
    #[inline]
    pub(super) fn detach(&mut self, key: Key) -> Option<(NodeRef, u64)> {
        match &mut self.0 {
            Kept::Only(_) if key != FIRST.0 => None,
            Kept::Only(_) => match std::mem::replace(&mut self.0, Kept::More(None)) {
                Kept::Only(child) => Some((child, FIRST.1)),
                Kept::More(_) => None,
            },
            Kept::More(more) => more.as_mut()?.children.detach(key),
        }
    }

    /// First to last.
    pub(in crate::scope) fn children(&self) -> impl Iterator<Item = &NodeRef> {
        self.only().into_iter().chain(self.list().into_iter().flat_map(Children::iter))
    }

    /// Last to first, with their numbers.
    pub(super) fn children_back(&self) -> impl Iterator<Item = (u64, &NodeRef)> {
        let only = self.only().into_iter().map(|child| (FIRST.1, child));
        only.chain(self.list().into_iter().flat_map(Children::iter_back))
    }

    #[inline]
    fn only(&self) -> Option<&NodeRef> {
        match &self.0 {
            Kept::Only(child) => Some(child),
            Kept::More(_) => None,
        }
    }

    #[inline]
    fn more(&self) -> Option<&More> {
        match &self.0 {
            Kept::Only(_) => None,
            Kept::More(more) => more.as_deref(),
        }
    }

    #[inline]
    fn more_mut(&mut self) -> &mut More {
        if let Kept::More(None) | Kept::Only(_) = self.0 {
            self.widen();
        }
        match &mut self.0 {
            Kept::More(Some(more)) => more,
            _ => unreachable!("`widen` has made one"),
        }
    }

    #[cold]
    fn widen(&mut self) {
        let more = match std::mem::replace(&mut self.0, Kept::More(None)) {
            Kept::Only(child) => More { children: Children::of(child), ..More::default() },
            Kept::More(_) => More::default(),
        };
        self.0 = Kept::More(Some(Box::new(more)));
    }

    fn list(&self) -> Option<&Children> {
        self.more().map(|more| &more.children)
    }

    #[inline]
    pub(super) fn is_childless(&self) -> bool {
        self.only().is_none() && self.list().is_none_or(Children::is_empty)
    }

    /// The number the next child will get, if there has been one before.
    pub(super) fn next_sequence(&self) -> u64 {
        self.list().map_or(FIRST.1 + 1, Children::next_sequence)
    }

    /// The sequence number of the first child there is.
    pub(crate) fn oldest_child(&self) -> Option<u64> {
        match &self.0 {
            Kept::Only(_) => Some(FIRST.1),
            Kept::More(more) => more.as_ref().and_then(|more| more.children.oldest()),
        }
    }

    /// How many children there are.
    #[inline]
    pub(crate) fn child_count(&self) -> usize {
        match &self.0 {
            Kept::Only(_) => 1,
            Kept::More(more) => more.as_ref().map_or(0, |more| more.children.len() as usize),
        }
    }

    /// Of a group: the children that nobody has started yet.
    #[inline]
    pub(crate) fn batch_mut(&mut self) -> &mut Option<Box<Batch>> {
        &mut self.more_mut().batch
    }

    pub(in crate::scope) fn rare(&self) -> Option<&Rare> {
        self.more().and_then(|more| more.rare.as_deref())
    }

    /// To be changed, if there is any.
    pub(super) fn rare_if_any(&mut self) -> Option<&mut Rare> {
        match &mut self.0 {
            Kept::Only(_) => None,
            Kept::More(more) => more.as_mut().and_then(|more| more.rare.as_deref_mut()),
        }
    }

    /// To be changed.
    pub(super) fn rare_mut(&mut self) -> &mut Rare {
        self.more_mut().rare.get_or_insert_default()
    }
}
