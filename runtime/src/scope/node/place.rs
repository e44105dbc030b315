//! The place of a child among those of its group that run, and what is known of how they run.

use super::{LEFT, Node, OWN_TASKS, PLACED};
use crate::sync::Ordering;

impl Node {
    /// The child may run. Under the lock of its group's limit, or before anybody knows the child.
    pub(crate) fn take_place(&self) {
        self.set_flags(PLACED);
    }

    /// The child has ended; `true` if it had a place and has not given it back before. Under the lock of
    /// its group's limit.
    pub(crate) fn leave_place(&self) -> bool {
        self.set_flags(LEFT) & (PLACED | LEFT) == PLACED
    }

    /// Whether the child has ended.
    pub(crate) fn has_left(&self) -> bool {
        self.flags.load(Ordering::Acquire) & LEFT != 0
    }

    /// Of a group: its children get tasks of their own from now on.
    pub(crate) fn set_own_tasks(&self) {
        self.set_flags(OWN_TASKS);
    }

    /// Of a group: whether its children get tasks of their own.
    #[inline]
    pub(crate) fn has_own_tasks(&self) -> bool {
        self.flags.load(Ordering::Acquire) & OWN_TASKS != 0
    }
}
