//! What was handed to a scope, which it waits for, and its end.

use super::{BEQUEATHED, CLOSED, HELD, Node};
use crate::scope::unit::NodeRef;
use crate::sync::Ordering;

impl Node {
    /// Makes the scope wait for something that was handed to it; `false` if it has ended.
    pub(crate) fn hold(&self) -> bool {
        self.hold_times(1)
    }

    fn hold_times(&self, times: usize) -> bool {
        let mut inner = self.inner.lock();
        if self.set_flags(HELD) & CLOSED != 0 {
            return false;
        }
        inner.rare_mut().held += times;
        true
    }

    /// The nearest scope that has not ended, from `first` upwards, made to wait as by [`hold`](Self::hold).
    pub(crate) fn hold_nearest(first: Option<&NodeRef>) -> Option<&NodeRef> {
        Self::nearest_to_hold(first, 1)
    }

    fn nearest_to_hold(first: Option<&NodeRef>, times: usize) -> Option<&NodeRef> {
        std::iter::successors(first, |scope| scope.node.parent.as_ref())
            .find(|scope| scope.node.hold_times(times))
    }

    /// Ends one hold, here or where it was handed on to.
    pub(crate) fn release(&self) {
        let mut heir = self.release_here();
        while let Some(next) = heir {
            heir = next.node.release_here();
        }
    }

    /// Ends one hold here; who has to end one, too, if it was handed on.
    fn release_here(&self) -> Option<NodeRef> {
        let mut inner = self.inner.lock();
        let rare = inner.rare_mut();
        rare.held -= 1;
        let heir = rare.heir.clone();
        drop(inner);
        if heir.is_none() {
            self.wake();
        }
        heir
    }

    /// Ends the scope although it cannot wait, because it is left by a panic or destroyed: what was
    /// handed to it is handed on to the nearest scope around that has not ended.
    #[inline]
    pub(crate) fn bequeath(&self) {
        if self.flags.load(Ordering::Acquire) & (CLOSED | HELD) == CLOSED {
            // It ended by itself, and nothing was handed to it.
            return;
        }
        if self.set_flags(CLOSED) & HELD == 0 {
            return;
        }
        let held = self.inner.lock().rare_mut().held;
        self.set_flags(BEQUEATHED);
        if held == 0 {
            return;
        }
        let Some(heir) = Self::nearest_to_hold(self.parent.as_ref(), held) else { return };
        let mut inner = self.inner.lock();
        let rare = inner.rare_mut();
        rare.heir = Some(heir.clone());
        // What was released since has to be released there, too.
        let released = held - rare.held;
        drop(inner);
        for _ in 0..released {
            heir.node.release();
        }
    }

    /// Ends the scope, unless it has to wait for something that was handed to it; then its unit
    /// is woken at each release.
    #[inline]
    pub(crate) fn close(&self) -> bool {
        let unheld = |flags| if flags & HELD == 0 { Some(flags | CLOSED) } else { None };
        if self.flags.fetch_update(Ordering::AcqRel, Ordering::Acquire, unheld).is_ok() {
            return true;
        }
        // Under the lock, so that nobody is refused by an end that does not come.
        let mut inner = self.inner.lock();
        let rare = inner.rare_mut();
        let over = rare.held == 0 || rare.heir.is_some();
        if over {
            self.set_flags(CLOSED);
        }
        over
    }

    /// Whether anything was ever handed to this scope.
    #[inline]
    pub(crate) fn was_held(&self) -> bool {
        self.flags.load(Ordering::Acquire) & HELD != 0
    }
}
