//! Who polls a node: what that node has to keep for it, and no more.

use std::sync::{Arc, OnceLock};
use std::task::Waker;

use super::Node;
use crate::root::inline::home::Home;
use crate::scope::unit::NodeRef;

/// The unit, which is the task or root that polls a node.
pub(super) enum Poller {
    /// The node is one. With the waker with which it was polled first.
    Itself(OnceLock<Waker>),
    /// The parent: most functions that start tasks are what a task or a boundary is there for.
    Parent,
    /// One that is further up.
    Above(NodeRef),
}

impl Poller {
    #[inline(always)]
    pub(super) const fn itself() -> Self {
        Self::Itself(OnceLock::new())
    }

    /// That of a part of a task, below `parent`.
    #[inline(always)]
    pub(super) fn around(parent: Option<&NodeRef>) -> Self {
        match parent {
            None => Self::itself(),
            Some(parent) if parent.node.is_unit() => Self::Parent,
            Some(parent) => Self::Above(Node::unit_of(parent).clone()),
        }
    }
}

impl Node {
    /// Whether it is polled by itself.
    #[inline]
    pub(in crate::scope) fn is_unit(&self) -> bool {
        matches!(self.poller, Poller::Itself(_))
    }

    /// The node of the task or root that polls this node.
    #[inline]
    pub(crate) fn unit_node(&self) -> &Node {
        match (&self.poller, &self.parent) {
            (Poller::Above(unit), _) | (Poller::Parent, Some(unit)) => &unit.node,
            _ => self,
        }
    }

    /// The task or root that polls `this`.
    #[inline]
    pub(crate) fn unit_of(this: &NodeRef) -> &NodeRef {
        match (&this.node.poller, &this.node.parent) {
            (Poller::Above(unit), _) | (Poller::Parent, Some(unit)) => unit,
            _ => this,
        }
    }

    pub(in crate::scope) fn take_parent(&mut self) -> Option<NodeRef> {
        if let Poller::Above(_) = self.poller {
            // Not the last reference to the unit: what is in between holds it as well.
            self.poller = Poller::Parent;
        }
        self.parent.take()
    }

    /// Of a unit: the place of its first waker.
    #[inline]
    pub(super) fn first_waker(&self) -> Option<&OnceLock<Waker>> {
        match &self.poller {
            Poller::Itself(waker) => Some(waker),
            _ => None,
        }
    }

    /// Makes this the node of an inline root.
    pub(crate) fn run_by(&mut self, home: Arc<Home>) {
        self.label().home = Some(home);
    }

    /// Who runs the tasks below this node; `None` for tokio.
    #[inline]
    pub(crate) fn home(&self) -> Option<&Arc<Home>> {
        self.unit_node().label.as_ref().and_then(|label| label.home.as_ref())
    }

    /// Whether the tasks below are polled and destroyed by the holder of this root alone.
    pub(crate) fn is_inline_root(&self) -> bool {
        self.kind() == super::Kind::Root && self.home().is_some()
    }
}
