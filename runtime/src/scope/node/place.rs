//! The place of a child among those of its group that run, and what is known of how they run.

use super::{LEFT, LINGERING, Node, PLACED};
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

    /// Of a group: a child has waited.
    pub(crate) fn set_lingering(&self) {
        self.set_flags(LINGERING);
    }

    /// Of a group: whether a child has ever waited.
    #[inline]
    pub(crate) fn is_lingering(&self) -> bool {
        self.flags.load(Ordering::Acquire) & LINGERING != 0
    }
}
