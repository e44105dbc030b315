//! Who is woken: the task or root that polls a node, and others who watch it.

use std::task::Context;

use super::{NUDGED, Node, REGISTERED, WATCHED};
use crate::report;
use crate::sync::Ordering;

impl Node {
    /// Wakes the task or root that polls this node.
    #[inline]
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
            let watchers = &mut inner.rare().watchers;
            if watchers.iter().any(|watcher| watcher.will_wake(&waker)) {
                Some(waker)
            } else {
                watchers.push(waker);
                None
            }
        };
        drop(known);
    }

    /// Wakes who asked for it by [`watch`](Self::watch).
    #[inline]
    pub(crate) fn wake_watchers(&self) {
        if self.flags.load(Ordering::Acquire) & WATCHED == 0 {
            return;
        }
        let watchers = {
            let mut inner = self.inner.lock();
            self.flags.fetch_and(!WATCHED, Ordering::AcqRel);
            std::mem::take(&mut inner.rare().watchers)
        };
        for watcher in watchers {
            report::quietly(self.origin, || watcher.wake());
        }
    }

    /// To be called by a unit before it polls its body.
    #[inline]
    pub(crate) fn begin_poll(&self) {
        if self.flags.load(Ordering::Acquire) & NUDGED != 0 {
            self.flags.fetch_and(!NUDGED, Ordering::AcqRel);
        }
    }

    /// To be called by a unit whose body is pending: stores the waker, if `renew` or none is
    /// stored. `true` if the unit was woken meanwhile, so that it must poll again.
    #[inline]
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
