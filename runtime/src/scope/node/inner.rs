//! What a node's lock protects. Most nodes are tasks that start nothing, and have none of it.

use std::task::Waker;

use tokio_util::sync::CancellationToken;

use crate::group::batch::Batch;
use crate::reason::Cause;
use crate::scope::children::Children;
use crate::scope::unit::NodeRef;
use crate::site::Site;

#[derive(Default)]
pub(crate) struct Inner {
    more: Option<Box<More>>,
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
        Self { more: None }
    }

    /// First to last.
    pub(in crate::scope) fn children(&self) -> impl Iterator<Item = &NodeRef> {
        self.list().into_iter().flat_map(Children::iter)
    }

    pub(super) fn list(&self) -> Option<&Children> {
        self.more.as_deref().map(|more| &more.children)
    }

    /// To be changed.
    #[inline]
    pub(super) fn list_mut(&mut self) -> &mut Children {
        &mut self.more.get_or_insert_default().children
    }

    #[inline]
    pub(super) fn is_childless(&self) -> bool {
        self.list().is_none_or(Children::is_empty)
    }

    /// The sequence number of the first child there is.
    pub(crate) fn oldest_child(&self) -> Option<u64> {
        self.list().and_then(Children::oldest)
    }

    /// How many children there are.
    #[inline]
    pub(crate) fn child_count(&self) -> usize {
        self.list().map_or(0, |children| children.len() as usize)
    }

    /// Of a group: the children that nobody has started yet.
    #[inline]
    pub(crate) fn batch_mut(&mut self) -> &mut Option<Box<Batch>> {
        &mut self.more.get_or_insert_default().batch
    }

    pub(in crate::scope) fn rare(&self) -> Option<&Rare> {
        self.more.as_deref().and_then(|more| more.rare.as_deref())
    }

    /// To be changed, if there is any.
    pub(super) fn rare_if_any(&mut self) -> Option<&mut Rare> {
        self.more.as_deref_mut().and_then(|more| more.rare.as_deref_mut())
    }

    /// To be changed.
    pub(super) fn rare_mut(&mut self) -> &mut Rare {
        self.more.get_or_insert_default().rare.get_or_insert_default()
    }
}
